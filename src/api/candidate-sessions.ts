import { z } from 'zod';
import {
  type Caller,
  type CreationRefusal,
  createSession,
  findCandidate,
  findResumable,
  listSessions,
  mayReach,
  STATE_MAX,
} from '../candidates/index.ts';
import type { Context } from '../http/index.ts';
import { NOT_FOUND, Problem, type ProblemMembers, TOO_LARGE } from '../kernel/problem.ts';
import { withScope } from './bearer.ts';
import { ofCandidate } from './candidates.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { required } from './found.ts';
import { etagOf } from './if-match.ts';
import { pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { INVALID_BODY } from './problems.ts';
import { type Route, route } from './route.ts';
import { sessionSchema, stateData, stateSchema, told, withEtag } from './session.ts';
import { serviceOrCandidate } from './session-caller.ts';
import { name, text } from './text.ts';

const PATH = '/v1/candidates/{id}/sessions';

const SESSION_LIVE = {
  status: 409,
  code: 'session_live',
  title: 'Session live',
  detail: 'The candidate has a live session of this assessment: session_id says which.',
  members: { session_id: '019aaf3d-2b40-7d11-8c2f-7e6a5d4c3b2a' },
} satisfies ProblemMembers;

const CANDIDATE_INACTIVE = {
  status: 409,
  code: 'candidate_inactive',
  title: 'Candidate inactive',
  detail: 'Restore the candidate first.',
} satisfies ProblemMembers;

/** `/v1/candidates/{id}/sessions`: a candidate's assessment sessions. */
export function candidateSessionRoutes(parts: ApiParts): Route[] {
  return [create, list, resumable].map((routeOf) => routeOf(parts));
}

/** A leap year's seconds. */
const LONGEST = 366 * 86_400;

/** RFC 3339 has four digits for the year. */
const LAST_TIME = new Date('9999-12-31T23:59:59.999Z');

const newSession = z
  .strictObject({
    assessment: name(200).meta({ description: 'What the platform calls it' }),
    duration_seconds: z.int().min(1).max(LONGEST).exactOptional().meta({ description: 'They run while in_progress' }),
    expires_at: z.iso
      .datetime({ offset: true, error: 'must be a time as RFC 3339 has it' })
      .refine((time) => new Date(time) <= LAST_TIME, 'must be before the year 10000, in UTC')
      .exactOptional()
      .meta({ description: 'When it ends in any case' }),
    devices: z.enum(['one', 'several']).exactOptional().meta({ description: 'One, where nothing is said' }),
    state_data: stateData.exactOptional(),
  })
  .meta({ id: 'NewAssessmentSession', examples: [{ assessment: 'sql-basics', duration_seconds: 3600 }] });

/** Besides `state_data`. */
const REST_MAX = 4096;

function create(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: PATH,
    group: 'Assessment sessions',
    summary: 'Create a session',
    description:
      'Its clock begins with `start`. With `duration_seconds` it runs while in_progress, with `expires_at` always; with both, what is over first ends it; with neither, nothing does.',
    access: withScope(parts, 'sessions:write'),
    params: ofCandidate,
    body: newSession,
    bodyLimit: STATE_MAX + REST_MAX,
    answer: { status: 201, description: 'The new session', schema: sessionSchema, headers: withEtag },
    problems: [SESSION_LIVE, CANDIDATE_INACTIVE],
    async handle({ ctx, caller, params, body }) {
      const { assessment, duration_seconds: durationSeconds, expires_at, devices, state_data } = body;
      const expiresAt = expires_at === undefined ? undefined : new Date(expires_at);
      const request = { assessment, durationSeconds, expiresAt, devices, stateData: state_data };
      const made = await createSession(parts.candidates, caller.client.client_id, params.id, request);
      if ('refused' in made) throw refusal(made);
      return answered(ctx, told(made));
    },
  });
}

function refusal(refused: CreationRefusal): Problem {
  switch (refused.refused) {
    case 'not_found':
      return new Problem(NOT_FOUND);
    case 'too_long':
      return new Problem(TOO_LARGE);
    case 'candidate_inactive':
      return new Problem(CANDIDATE_INACTIVE);
    case 'past':
      return new Problem({ ...INVALID_BODY, errors: [{ path: 'expires_at', message: 'must be in the future' }] });
    case 'live':
      return new Problem({ ...SESSION_LIVE, members: { session_id: refused.id } });
  }
}

const listQuery = z.strictObject({
  state: stateSchema.exactOptional(),
  assessment: text(200).exactOptional(),
  ...paging,
});

function list(parts: ApiParts): Route {
  const cursors = cursorsOf(PATH, parts.masterKeys);
  return route({
    method: 'get',
    path: PATH,
    group: 'Assessment sessions',
    summary: 'A candidate’s sessions',
    description: 'In the order of their making. A candidate’s token sees the candidate’s own.',
    access: serviceOrCandidate(parts, 'sessions:read'),
    params: ofCandidate,
    query: listQuery,
    answer: { status: 200, description: 'A page of them', schema: pageSchema(sessionSchema) },
    problems: [INVALID_CURSOR],
    async handle({ caller, params, query: { limit, cursor, ...filters } }) {
      const position = { ...params, ...filters };
      const query = { candidateId: params.id, state: filters.state, assessment: filters.assessment, limit };
      const after = cursors.open(cursor, position);
      const { sessions, next } = await listSessions(parts.candidates, caller, { ...query, after });
      if (sessions.length === 0) await requireOwn(parts, caller, params.id);
      return { items: sessions.map(told), next_cursor: cursors.seal(next, position) };
    },
  });
}

/** @throws Problem 404 where there is no such candidate, or the caller is another. */
async function requireOwn({ db }: ApiParts, caller: Caller, id: string): Promise<void> {
  required(mayReach(caller, id) ? await findCandidate(db, id) : undefined);
}

function resumable(parts: ApiParts): Route {
  return route({
    method: 'get',
    path: `${PATH}/resumable`,
    group: 'Assessment sessions',
    summary: 'The session to go on with',
    description: 'The live one of this assessment; of any, the one that was used last.',
    access: serviceOrCandidate(parts, 'sessions:read'),
    params: ofCandidate,
    query: z.strictObject({ assessment: text(200).exactOptional() }),
    answer: { status: 200, description: 'As it is now', schema: sessionSchema, headers: withEtag },
    async handle({ ctx, caller, params, query }) {
      const session = required(await findResumable(parts.candidates, caller, params.id, query.assessment));
      return answered(ctx, told(session));
    },
  });
}

/** A session, with its version as ETag. */
export function answered<T extends { readonly version: number }>(ctx: Context, content: T): T {
  ctx.set('ETag', etagOf(content.version));
  return content;
}
