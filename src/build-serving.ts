import type { Knex } from 'knex';
import type { Config } from './config/index.ts';
import { createCookieKeys, type createCsrf, type Middleware, type Show } from './http/index.ts';
import type { Clock } from './kernel/clock.ts';
import type { KeptKeyRing } from './keys/index.ts';
import { SESSION, statusLists } from './oidc/index.ts';
import { type KeptRevocations, statusListExists } from './revocations/index.ts';

/** What cookies are signed with: a session is the longest-lived of them. */
export function buildCookieKeys({ cookieKeys, masterKeys, rotateEvery }: Config, clock: Clock) {
  const derived = { masterKeys, rotateEvery: rotateEvery.cookieKeys, longest: SESSION };
  return createCookieKeys({ given: cookieKeys, ...derived, clock });
}

/** Status lists, from what this process holds in memory. */
export function buildStatusLists(
  { issuer }: Config,
  { db, clock, revocations, keys }: { db: Knex; clock: Clock; revocations: KeptRevocations; keys: KeptKeyRing },
): Middleware {
  const exists = statusListExists(db);
  return statusLists({ issuer, clock, keyRing: () => keys.current(), revocations, exists });
}

/** The demo applications, where their clients exist: in development without a file. */
export async function demoOf(
  { production, issuer, clients, smtpUrl }: Config,
  show: Show,
  csrf: ReturnType<typeof createCsrf>,
): Promise<Middleware | undefined> {
  if (production || !clients.some((client) => client.client_id === 'demo-web')) return undefined;
  const { demo } = await import('./demo/index.ts');
  return demo({ issuer, show, csrf, mailbox: smtpUrl === undefined ? '/dev/mailbox' : undefined });
}
