import { z } from 'zod';
import { findUser, revokeGrant } from '../accounts/index.ts';
import type { PersonalGrant } from '../artifacts/index.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { found, required } from './found.ts';
import { pageOf, pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { ofUser } from './users.ts';

const PATH = '/v1/users/{id}/grants';

const time = z.iso.datetime();

const grantSchema = z
  .strictObject({
    id: z.string(),
    client_id: z.string(),
    scopes: z.array(z.string()).meta({ description: 'About the user' }),
    resources: z.record(z.string(), z.array(z.string())).meta({ description: 'Scopes by API' }),
    given_at: time,
    expires_at: time.nullable(),
  })
  .meta({ id: 'Grant' });

/** `/v1/users/{id}/grants`: what somebody has allowed applications, the operator's own included. */
export function userGrantRoutes(parts: ApiParts): Route[] {
  const cursors = cursorsOf(PATH, parts.masterKeys);
  const { accounts, db } = parts;
  return [
    route({
      method: 'get',
      path: PATH,
      group: 'Users',
      summary: 'What applications may have of a user',
      description: 'A client may have several: each session that it was allowed something in has its own.',
      access: withScope(parts, 'users:read'),
      params: ofUser,
      query: z.strictObject(paging),
      answer: { status: 200, description: 'The oldest first', schema: pageSchema(grantSchema) },
      problems: [INVALID_CURSOR],
      async handle({ params, query: { limit, cursor } }) {
        const after = cursors.open(cursor, params);
        const { id } = required(await findUser(db, params.id));
        const { items, next } = pageOf(await accounts.personal.grants(db, id), keyOf, { after, limit });
        return { items: items.map(told), next_cursor: cursors.seal(next, params) };
      },
    }),
    route({
      method: 'delete',
      path: `${PATH}/{gid}`,
      group: 'Users',
      summary: 'Take one grant back',
      description: 'With its codes and tokens. The application has to ask anew.',
      access: withScope(parts, 'users:write'),
      params: ofUser.extend({ gid: z.string() }),
      answer: { status: 204, description: 'It is gone' },
      handle: async ({ params: { id, gid } }) => found(await revokeGrant(accounts, id, gid)),
    }),
  ];
}

const keyOf = ({ givenAt, id }: PersonalGrant): string => `${givenAt.toISOString()} ${id}`;

function told({ id, clientId, scopes, resources, givenAt, expiresAt }: PersonalGrant): z.infer<typeof grantSchema> {
  return {
    id,
    client_id: clientId,
    scopes: [...scopes],
    resources: Object.fromEntries(Object.entries(resources).map(([name, its]) => [name, [...its]])),
    given_at: givenAt.toISOString(),
    expires_at: expiresAt?.toISOString() ?? null,
  };
}
