import { z } from 'zod';
import { type ClientTokens, COUNTED_EVERY, type PublicKey, type Revocation } from '../keys/index.ts';

export const time = z.iso.datetime();

/** A signing key as the API tells of one. */
export const keySchema = z
  .strictObject({
    kid: z.string().meta({ description: 'RFC 7638 thumbprint' }),
    alg: z.string(),
    state: z.enum(['pending', 'active', 'retiring', 'retired']),
    created_at: time.meta({ description: 'Published since' }),
    activated_at: time.nullable(),
    retiring_at: time.nullable(),
    retired_at: time.nullable(),
    revoked_at: time.nullable().meta({ description: 'Retired in an emergency, before its tokens had expired' }),
    public_jwk: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Key' });

const tokens = {
  access_tokens: z.int().meta({ description: 'To the minute: one counts until the end of the minute it expires in' }),
  id_tokens: z.int(),
};

/** What came of revoking a key, or would come of it. */
export const revocationSchema = z.strictObject({
  key: keySchema,
  replaced_by: keySchema.nullable().meta({ description: 'What signs in its place; caches may not know it yet' }),
  breaks: z
    .strictObject({
      ...tokens,
      clients: z.array(z.strictObject({ client_id: z.string(), ...tokens, expires_at: time })),
      lag_seconds: z.int().meta({ description: 'What other processes signed in the last so many is not counted yet' }),
    })
    .meta({ description: 'Live tokens that the key has signed, and who holds them' }),
});

export function told({ kid, alg, state, publicJwk, ...dates }: PublicKey): z.infer<typeof keySchema> {
  return {
    ...{ kid, alg, state },
    created_at: dates.createdAt.toISOString(),
    activated_at: dates.activatedAt?.toISOString() ?? null,
    retiring_at: dates.retiringAt?.toISOString() ?? null,
    retired_at: dates.retiredAt?.toISOString() ?? null,
    revoked_at: dates.revokedAt?.toISOString() ?? null,
    public_jwk: { ...publicJwk },
  };
}

export function toldOfRevocation({ key, replacedBy, clients }: Revocation): z.infer<typeof revocationSchema> {
  const sum = (of: (client: ClientTokens) => number) => clients.reduce((total, client) => total + of(client), 0);
  return {
    key: told(key),
    replaced_by: replacedBy ? told(replacedBy) : null,
    breaks: {
      access_tokens: sum(({ accessTokens }) => accessTokens),
      id_tokens: sum(({ idTokens }) => idTokens),
      clients: clients.map(({ clientId, accessTokens, idTokens, expiresAt }) => ({
        ...{ client_id: clientId, access_tokens: accessTokens, id_tokens: idTokens },
        expires_at: expiresAt.toISOString(),
      })),
      lag_seconds: COUNTED_EVERY,
    },
  };
}
