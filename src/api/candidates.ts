import { z } from 'zod';
import {
  changeCandidate,
  createCandidate,
  deactivateCandidate,
  findCandidate,
  listCandidates,
  restoreCandidate,
} from '../candidates/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { withScope } from './bearer.ts';
import { candidateChange, candidateSchema, membersOf, newCandidate, told } from './candidate.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { found, required } from './found.ts';
import { pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { text } from './text.ts';

const PATH = '/v1/candidates';

const EXTERNAL_ID_TAKEN = {
  status: 409,
  code: 'external_id_taken',
  title: 'External id taken',
  detail: 'Another candidate has this external_id, perhaps an inactive one. Nothing was changed.',
} satisfies ProblemMembers;

/** Of every route that is about one candidate. */
export const ofCandidate = z.object({ id: z.uuid().meta({ description: 'The candidate’s id' }) });

/** `/v1/candidates`: those who sit assessments, as an assessment platform has to do with them. */
export function candidateRoutes(parts: ApiParts): Route[] {
  return [create, list, show, change, deactivate, restore].map((routeOf) => routeOf(parts));
}

function create(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: PATH,
    group: 'Candidates',
    summary: 'Create a candidate',
    access: withScope(parts, 'candidates:write'),
    body: newCandidate,
    answer: { status: 201, description: 'The new candidate', schema: candidateSchema },
    problems: [EXTERNAL_ID_TAKEN],
    async handle({ body }) {
      const candidate = await createCandidate(parts.candidates, membersOf(body));
      if (!candidate) throw new Problem(EXTERNAL_ID_TAKEN);
      return told(candidate);
    },
  });
}

const listQuery = z.strictObject({
  q: text(200).exactOptional().meta({ description: 'Part of an external id, an address or a name, in any case' }),
  status: z.enum(['active', 'inactive', 'all']).default('active'),
  external_id: text(200).exactOptional(),
  ...paging,
});

function list(parts: ApiParts): Route {
  const cursors = cursorsOf(PATH, parts.masterKeys);
  return route({
    method: 'get',
    path: PATH,
    group: 'Candidates',
    summary: 'List and search candidates',
    description: 'In the order of their making. Inactive ones only where `status` says so.',
    access: withScope(parts, 'candidates:read'),
    query: listQuery,
    answer: { status: 200, description: 'A page of them', schema: pageSchema(candidateSchema) },
    problems: [INVALID_CURSOR],
    async handle({ query: { limit, cursor, ...filters } }) {
      const after = cursors.open(cursor, filters);
      const { q, external_id: externalId } = filters;
      const status = filters.status === 'all' ? undefined : filters.status;
      const { candidates, next } = await listCandidates(parts.candidates, { q, status, externalId, after, limit });
      return { items: candidates.map(told), next_cursor: cursors.seal(next, filters) };
    },
  });
}

function show(parts: ApiParts): Route {
  return route({
    method: 'get',
    path: `${PATH}/{id}`,
    group: 'Candidates',
    summary: 'One candidate',
    access: withScope(parts, 'candidates:read'),
    params: ofCandidate,
    answer: { status: 200, description: 'As they are now', schema: candidateSchema },
    handle: async ({ params }) => told(required(await findCandidate(parts.db, params.id))),
  });
}

function change(parts: ApiParts): Route {
  return route({
    method: 'patch',
    path: `${PATH}/{id}`,
    group: 'Candidates',
    summary: 'Change a candidate',
    description: 'What is not named stays as it is; null takes it away; `metadata` is replaced as a whole.',
    access: withScope(parts, 'candidates:write'),
    params: ofCandidate,
    body: candidateChange,
    answer: { status: 200, description: 'As they are now', schema: candidateSchema },
    problems: [EXTERNAL_ID_TAKEN],
    async handle({ params, body }) {
      const changed = required(await changeCandidate(parts.candidates, params.id, membersOf(body)));
      if (changed === 'taken') throw new Problem(EXTERNAL_ID_TAKEN);
      return told(changed);
    },
  });
}

function deactivate(parts: ApiParts): Route {
  return route({
    method: 'delete',
    path: `${PATH}/{id}`,
    group: 'Candidates',
    summary: 'Deactivate a candidate',
    description: 'Their live sessions are terminated, and their tokens end. They stay, as `inactive`.',
    access: withScope(parts, 'candidates:write'),
    params: ofCandidate,
    answer: { status: 204, description: 'They are inactive' },
    handle: async ({ caller, params }) =>
      found(await deactivateCandidate(parts.candidates, caller.client.client_id, params.id)),
  });
}

function restore(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: `${PATH}/{id}/restore`,
    group: 'Candidates',
    summary: 'Have a candidate back',
    description: 'What ended when they were deactivated stays ended.',
    access: withScope(parts, 'candidates:write'),
    params: ofCandidate,
    answer: { status: 200, description: 'As they are now', schema: candidateSchema },
    handle: async ({ params }) => told(required(await restoreCandidate(parts.candidates, params.id))),
  });
}
