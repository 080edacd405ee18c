import { findUser, type User } from '../accounts/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { AUTHENTICATION_REQUIRED, bearerReader, INVALID_TOKEN, invalidToken } from './bearer.ts';
import { allowOrigin, ORIGIN_NOT_ALLOWED } from './cors.ts';
import type { Access } from './description.ts';
import { FIRST_PARTY_REQUIRED, requireFirstParty } from './first-party.ts';
import type { ApiParts } from './parts.ts';

const PERSON_REQUIRED = {
  status: 403,
  code: 'person_required',
  title: 'For people',
  detail: 'This is a client’s own token. Ask for one of a person: by a code, with this API as resource.',
} satisfies ProblemMembers;

/**
 * The person whose token it is, as they are at this moment. Through first-party clients alone: the token says nothing
 * of what the person agreed to show, and UserInfo keeps to that for everybody else.
 */
export function person(parts: ApiParts): Access<User> {
  const bearerOf = bearerReader(parts);
  return {
    credentials: ['bearer'],
    problems: [AUTHENTICATION_REQUIRED, INVALID_TOKEN, PERSON_REQUIRED, FIRST_PARTY_REQUIRED, ORIGIN_NOT_ALLOWED],
    async admit(ctx) {
      const { client, machine, subject } = await bearerOf(ctx);
      allowOrigin(ctx, client);
      if (machine) throw new Problem(PERSON_REQUIRED);
      requireFirstParty(client);
      const user = await findUser(parts.db, subject);
      if (user?.status !== 'active' || user.deletionDueAt) throw invalidToken(parts);
      return user;
    },
  };
}
