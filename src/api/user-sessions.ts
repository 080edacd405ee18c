import { z } from 'zod';
import { endSession, findUser } from '../accounts/index.ts';
import type { PersonalSession } from '../artifacts/index.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { found, required } from './found.ts';
import { pageOf, pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { ofUser } from './users.ts';

const PATH = '/v1/users/{id}/sessions';

const time = z.iso.datetime();

const sessionSchema = z
  .strictObject({
    id: z.string(),
    signed_in_at: time,
    last_seen_at: time.nullable().meta({ description: 'Up to five minutes behind' }),
    user_agent: z.string().nullable(),
    address: z.string().nullable().meta({ description: 'Of the network it was last seen from' }),
    expires_at: time.nullable(),
  })
  .meta({ id: 'UserSession' });

/** `/v1/users/{id}/sessions`: where somebody is signed in. */
export function userSessionRoutes(parts: ApiParts): Route[] {
  const cursors = cursorsOf(PATH, parts.masterKeys);
  const { accounts, db } = parts;
  return [
    route({
      method: 'get',
      path: PATH,
      group: 'Users',
      summary: 'Where a user is signed in',
      access: withScope(parts, 'users:read'),
      params: ofUser,
      query: z.strictObject(paging),
      answer: { status: 200, description: 'The oldest sign-in first', schema: pageSchema(sessionSchema) },
      problems: [INVALID_CURSOR],
      async handle({ params, query: { limit, cursor } }) {
        const after = cursors.open(cursor, params);
        const { id } = required(await findUser(db, params.id));
        const { items, next } = pageOf(await accounts.personal.sessions(db, id), keyOf, { after, limit });
        return { items: items.map(told), next_cursor: cursors.seal(next, params) };
      },
    }),
    route({
      method: 'delete',
      path: `${PATH}/{sid}`,
      group: 'Users',
      summary: 'End one session',
      description: 'With every code and token that was issued in it.',
      access: withScope(parts, 'users:write'),
      params: ofUser.extend({ sid: z.string() }),
      answer: { status: 204, description: 'It has ended' },
      async handle({ params: { id, sid } }) {
        const sessions = await accounts.personal.sessions(db, id);
        found(sessions.some(({ uid }) => uid === sid));
        await endSession(accounts, id, sid);
      },
    }),
  ];
}

const keyOf = ({ signedInAt, uid }: PersonalSession): string => `${signedInAt.toISOString()} ${uid}`;

function told({ uid, signedInAt, seen, expiresAt }: PersonalSession): z.infer<typeof sessionSchema> {
  return {
    id: uid,
    signed_in_at: signedInAt.toISOString(),
    last_seen_at: seen ? new Date(seen.at * 1000).toISOString() : null,
    user_agent: seen?.agent ?? null,
    address: seen?.address ?? null,
    expires_at: expiresAt?.toISOString() ?? null,
  };
}
