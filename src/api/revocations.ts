import { z } from 'zod';
import { LIST_BEHIND, Problem } from '../kernel/problem.ts';
import type { StoredRevocation } from '../revocations/index.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';

const time = z.iso.datetime();

const revocationSchema = z
  .strictObject({
    kind: z.enum(['jti', 'sid', 'grant', 'sub', 'client']).meta({
      description: 'Which claim says that a token is meant; `grant` is what stands before the full stop in its jti',
    }),
    value: z.string(),
    before: z.number().nullable().meta({ description: 'Tokens issued before this second are meant; null: all' }),
    revoked_at: time,
    expires_at: time.meta({ description: 'No token of it lives longer: it may be forgotten then' }),
  })
  .meta({ id: 'Revocation' });

/** Longest wait for news, in seconds. */
const LONGEST = 30;

/** `/v1/revocations`: the list for gateways that check tokens by themselves. */
export function revocationRoutes(parts: ApiParts): Route[] {
  const cursors = cursorsOf('/v1/revocations', parts.masterKeys);
  return [
    route({
      method: 'get',
      path: '/v1/revocations',
      group: 'Revocations',
      summary: 'What has ended before its time',
      description:
        'Without `after`, all of it; with the `next_cursor` of the answer before, what is new, some of it a second time. With `wait`, an answer without news comes after so many seconds, and news at once.',
      access: withScope(parts, 'revocations:read'),
      query: z.strictObject({
        after: z.string().exactOptional().meta({ description: 'The next_cursor of the answer before' }),
        wait: z.coerce.number().int().min(0).max(LONGEST).default(0),
      }),
      answer: {
        status: 200,
        description: 'In no particular order',
        schema: z.strictObject({ items: z.array(revocationSchema), next_cursor: z.string() }),
      },
      problems: [INVALID_CURSOR, LIST_BEHIND],
      async handle({ ctx, query: { after, wait } }) {
        const { revocations } = parts;
        const from = BigInt(cursors.open(after, {}) ?? 0);
        const gone = new AbortController();
        ctx.req.once('close', () => gone.abort());
        let found = revocations.since(from);
        // Another node was ahead of this one; or the database is another than the cursor was made for.
        if (from > found.next) await revocations.reload();
        found = revocations.since(from);
        if (from > found.next) throw new Problem(INVALID_CURSOR);
        if (found.entries.length === 0 && wait > 0) {
          await revocations.changed(wait * 1000, gone.signal);
          found = revocations.since(from);
        }
        if (!revocations.isFresh()) throw new Problem(LIST_BEHIND);
        return { items: found.entries.map(told), next_cursor: cursors.seal(String(found.next), {}) ?? '' };
      },
    }),
  ];
}

function told({ kind, value, before, revokedAt, expiresAt }: StoredRevocation) {
  const times = { revoked_at: revokedAt.toISOString(), expires_at: new Date(expiresAt).toISOString() };
  return { kind, value, before: before ?? null, ...times };
}
