import { z } from 'zod';
import { NOT_FOUND, Problem, type ProblemMembers } from '../kernel/problem.ts';
import { listKeys, revokeKey, rotateKeys } from '../keys/index.ts';
import { withScope } from './bearer.ts';
import { keySchema, revocationSchema, time, told, toldOfRevocation } from './key.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';

const KEY_RETIRED = {
  status: 409,
  code: 'key_retired',
  title: 'Key retired',
  detail: 'This key is retired already: it signs nothing, and nothing is verified with it. Nothing was changed.',
} satisfies ProblemMembers;

const rotationSchema = z.strictObject({
  promoted: z.array(keySchema).meta({ description: 'They sign from now on' }),
  waiting: z
    .array(keySchema.extend({ can_sign_at: time }))
    .meta({ description: 'They are published, and sign once caches of the key set know them: call again then' }),
});

/** `/v1/keys`: public parts, states and dates; rotation and revocation on an operator's word. */
export function keyRoutes(parts: ApiParts): Route[] {
  return [list, rotation, revocation].map((routeOf) => routeOf(parts));
}

const list = (parts: ApiParts): Route =>
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
  });

const rotation = (parts: ApiParts): Route =>
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
  });

const revocation = (parts: ApiParts): Route =>
  route({
    method: 'post',
    path: '/v1/keys/{kid}/revoke',
    group: 'Keys',
    summary: 'Revoke a key that somebody else may have',
    description:
      'Its private part is destroyed, and it is published no more: what it signed is refused at once by this server, and ' +
      'by others once they ask for the key set again. Where it signed, another key does from now on. With `dry_run=true` ' +
      'nothing is done: the answer says what would break.',
    access: withScope(parts, 'keys:write'),
    params: z.object({ kid: z.string().meta({ description: 'Of the key' }) }),
    query: z.strictObject({ dry_run: z.enum(['true', 'false']).default('false') }),
    answer: { status: 200, description: 'What came of it', schema: revocationSchema },
    problems: [KEY_RETIRED],
    handle: async ({ params, query }) => {
      await parts.noteSigned();
      const revoked = await revokeKey(parts.keyParts, params.kid, { dryRun: query.dry_run === 'true' });
      if ('problem' in revoked) throw new Problem(revoked.problem === 'unknown' ? NOT_FOUND : KEY_RETIRED);
      // It is done, whether or not this process can see it at once: its next look tells in the log why not.
      await parts.reloadKeys().catch(() => undefined);
      return toldOfRevocation(revoked);
    },
  });
