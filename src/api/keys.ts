import { z } from 'zod';
import { listKeys, type PublicKey, rotateKeys } from '../keys/index.ts';
import { withScope } from './bearer.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';

const time = z.iso.datetime();

const keySchema = z
  .strictObject({
    kid: z.string().meta({ description: 'RFC 7638 thumbprint' }),
    alg: z.string(),
    state: z.enum(['pending', 'active', 'retiring', 'retired']),
    created_at: time.meta({ description: 'Published since' }),
    activated_at: time.nullable(),
    retiring_at: time.nullable(),
    retired_at: time.nullable(),
    public_jwk: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Key' });

const rotationSchema = z.strictObject({
  promoted: z.array(keySchema).meta({ description: 'They sign from now on' }),
  waiting: z
    .array(keySchema.extend({ can_sign_at: time }))
    .meta({ description: 'They are published, and sign once caches of the key set know them: call again then' }),
});

/** `/v1/keys`: public parts, states and dates; rotation on an operator's word. */
export function keyRoutes(parts: ApiParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/keys',
      group: 'Keys',
      summary: 'Every signing key there is and was',
      access: withScope(parts, 'keys:read'),
      answer: {
        status: 200,
        description: 'By algorithm, oldest first',
        schema: z.strictObject({ items: z.array(keySchema) }),
      },
      handle: async () => ({ items: (await listKeys(parts.db)).map(told) }),
    }),
    route({
      method: 'post',
      path: '/v1/keys/rotate',
      group: 'Keys',
      summary: 'Rotate before the day that is due',
      description:
        'With `now=true` nothing waits: caches of the key set that are six minutes old refuse the new key’s tokens.',
      access: withScope(parts, 'keys:write'),
      query: z.strictObject({ now: z.enum(['true', 'false']).default('false') }),
      answer: { status: 200, description: 'What came of it', schema: rotationSchema },
      handle: async ({ query }) => {
        const { promoted, waiting } = await rotateKeys(parts.keyParts, { now: query.now === 'true' });
        const later = waiting.map(({ key, from }) => ({ ...told(key), can_sign_at: from.toISOString() }));
        return { promoted: promoted.map(told), waiting: later };
      },
    }),
  ];
}

function told({ kid, alg, state, createdAt, activatedAt, retiringAt, retiredAt, publicJwk }: PublicKey) {
  return {
    ...{ kid, alg, state },
    created_at: createdAt.toISOString(),
    activated_at: activatedAt?.toISOString() ?? null,
    retiring_at: retiringAt?.toISOString() ?? null,
    retired_at: retiredAt?.toISOString() ?? null,
    public_jwk: { ...publicJwk },
  };
}
