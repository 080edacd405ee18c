import { findUser, type User } from '../accounts/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { bearerReader, TOKEN_PROBLEMS } from './bearer.ts';
import type { Access } from './description.ts';
import { FIRST_PARTY_REQUIRED, requireFirstParty } from './first-party.ts';
import type { ApiParts } from './parts.ts';
import { invalidToken } from './refusal.ts';

const PERSON_REQUIRED = {
  status: 403,
  code: 'person_required',
  title: 'For people',
  detail:
    'This is a client’s own token, or a candidate’s, who has no account. Ask for one of a user: by a code, with this API as resource.',
} satisfies ProblemMembers;

/**
 * The person whose token it is, as they are at this moment. Through first-party clients alone: the token says nothing
 * of what the person agreed to show, and UserInfo keeps to that for everybody else.
 */
export function person(parts: ApiParts): Access<User> {
  const bearerOf = bearerReader(parts);
  return {
    credentials: ['bearer', 'dpop'],
    problems: [...TOKEN_PROBLEMS, PERSON_REQUIRED, FIRST_PARTY_REQUIRED],
    async admit(ctx) {
      const { candidate, client, machine, subject } = await bearerOf(ctx);
      if (machine) throw new Problem(PERSON_REQUIRED);
      requireFirstParty(client);
      if (candidate) throw new Problem(PERSON_REQUIRED);
      const user = await findUser(parts.db, subject);
      if (user?.status !== 'active' || user.deletionDueAt) throw invalidToken(parts, ctx);
      return user;
    },
  };
}
