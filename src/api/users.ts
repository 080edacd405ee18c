import { z } from 'zod';
import { changeUser, eraseUser, findUser, listUsers, signOutEverywhere } from '../accounts/index.ts';
import { wordsFor } from '../http/index.ts';
import { Problem } from '../kernel/problem.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { found, required } from './found.ts';
import { pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { fieldDetails } from './problem-words.ts';
import { INVALID_BODY } from './problems.ts';
import { type Route, route } from './route.ts';
import { text } from './text.ts';
import { told, userSchema } from './user.ts';

const PATH = '/v1/users';

/** Of every route that is about one user. */
export const ofUser = z.object({ id: z.uuid().meta({ description: 'The user’s id' }) });

/** `/v1/users`: people, as an operator has to do with them. */
export function userRoutes(parts: ApiParts): Route[] {
  return [list, show, change, erase, logout].map((routeOf) => routeOf(parts));
}

const listQuery = z.strictObject({
  q: text(200).exactOptional().meta({ description: 'Part of an address or of a name, in any case' }),
  status: z.enum(['active', 'disabled', 'all']).default('all'),
  ...paging,
});

function list(parts: ApiParts): Route {
  const cursors = cursorsOf(PATH, parts.masterKeys);
  return route({
    method: 'get',
    path: PATH,
    group: 'Users',
    summary: 'List and search users',
    description: 'In the order of their ids, which is that of their making where Gatehouse made the ids.',
    access: withScope(parts, 'users:read'),
    query: listQuery,
    answer: { status: 200, description: 'A page of them', schema: pageSchema(userSchema) },
    problems: [INVALID_CURSOR],
    async handle({ query: { limit, cursor, ...filters } }) {
      const after = cursors.open(cursor, filters);
      const status = filters.status === 'all' ? undefined : filters.status;
      const { users, next } = await listUsers(parts.db, { q: filters.q, status, after, limit });
      return { items: users.map(told), next_cursor: cursors.seal(next, filters) };
    },
  });
}

function show(parts: ApiParts): Route {
  return route({
    method: 'get',
    path: `${PATH}/{id}`,
    group: 'Users',
    summary: 'One user',
    access: withScope(parts, 'users:read'),
    params: ofUser,
    answer: { status: 200, description: 'As they are now', schema: userSchema },
    handle: async ({ params }) => told(required(await findUser(parts.db, params.id))),
  });
}

const changeBody = z
  .strictObject({
    status: z.enum(['active', 'disabled']).exactOptional(),
    name: z.string().nullable().exactOptional().meta({ description: 'null: none' }),
  })
  .refine((change) => Object.keys(change).length > 0, 'must have a member')
  .meta({ id: 'UserChange', minProperties: 1 });

function change(parts: ApiParts): Route {
  return route({
    method: 'patch',
    path: `${PATH}/{id}`,
    group: 'Users',
    summary: 'Disable, enable or rename a user',
    description: 'Disabled, every session, code and token of theirs ends at once, and stays so.',
    access: withScope(parts, 'users:write'),
    params: ofUser,
    body: changeBody,
    answer: { status: 200, description: 'As they are now', schema: userSchema },
    async handle({ ctx, params, body }) {
      const changed = required(await changeUser(parts.accounts, params.id, body));
      if ('id' in changed) return told(changed);
      throw new Problem({ ...INVALID_BODY, errors: fieldDetails(wordsFor(ctx), { name: changed.problem }) });
    },
  });
}

function erase(parts: ApiParts): Route {
  return route({
    method: 'delete',
    path: `${PATH}/{id}`,
    group: 'Users',
    summary: 'Erase a user',
    description: 'At once, with all there is of them. There is no way back.',
    access: withScope(parts, 'users:write'),
    params: ofUser,
    answer: { status: 204, description: 'There is nothing left of them' },
    handle: async ({ params }) => found(await eraseUser(parts.accounts, params.id)),
  });
}

function logout(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: `${PATH}/{id}/logout`,
    group: 'Users',
    summary: 'Sign a user out everywhere',
    description: 'Every session ends, with every code and token. They may sign in again.',
    access: withScope(parts, 'users:write'),
    params: ofUser,
    answer: { status: 204, description: 'They are signed in nowhere' },
    handle: async ({ params }) => found(await signOutEverywhere(parts.accounts, params.id)),
  });
}
