import { COUNTED_EVERY, type NoRevocation, type Revocation, revokeKey } from '../../keys/index.ts';
import { confirm } from '../confirm.ts';
import { grouped, plural } from '../progress.ts';
import { table } from '../table.ts';
import { minute } from './list.ts';
import { noSuchKey } from './no-such-key.ts';
import { withOwnKeys } from './with-keys.ts';

/** `keys revoke`: ends a key, and what it signed, in an emergency; says first what that breaks. */
export async function revoke(kid: string, options: { yes?: boolean }): Promise<void> {
  await withOwnKeys(async (parts) => {
    const plan = await revokeKey(parts, kid, { dryRun: true });
    if ('problem' in plan) return sayNo(kid, plan);
    process.stdout.write(`${breaks(plan)}${succession(plan, parts.policy.publishAhead, parts.clock.now())}${CACHES}`);
    await confirm('Revoke it now?', options);
    const done = await revokeKey(parts, kid);
    if ('problem' in done) return sayNo(kid, done);
    report(done);
  });
}

const CACHES = `Whoever keeps the key set takes its tokens until they ask again: for six minutes at most, where they keep to its headers.
`;

const UNKNOWN_TO_CACHES = 'caches may not know it, and refuse its tokens until they ask again';

/** @throws Refusal for a key that nobody knows */
function sayNo(kid: string, no: NoRevocation): void {
  if (no.problem === 'unknown') throw noSuchKey(kid);
  const { revokedAt, retiredAt } = no.key;
  const when = [revokedAt, retiredAt].find((at) => at !== undefined);
  const how = revokedAt ? 'revoked' : 'retired';
  process.stdout.write(`${kid} was ${how} on ${when ? minute(when) : 'a day nobody noted'}. Nothing was changed.\n`);
}

function breaks({ key, was, clients }: Revocation): string {
  const sum = (of: 'accessTokens' | 'idTokens') => clients.reduce((total, client) => total + client[of], 0);
  const tokens = `${plural(sum('accessTokens'), 'access token')} and ${plural(sum('idTokens'), 'ID token')}`;
  const counted = `as they were counted up to ${COUNTED_EVERY} seconds ago`;
  const head = `Revoking ${key.kid} (${key.alg}, ${was}) breaks ${tokens} of ${plural(clients.length, 'client')}, ${counted}.\n`;
  if (clients.length === 0) return head;
  const rows = clients.map(({ clientId, accessTokens, idTokens, expiresAt }) => [
    ...[clientId, grouped(accessTokens), grouped(idTokens)],
    minute(expiresAt),
  ]);
  return `${head}\n${table(['CLIENT', 'ACCESS TOKENS', 'ID TOKENS', 'LAST EXPIRES'], rows)}\n`;
}

/** Which key takes its place, and who may not know that one. */
function succession({ key, was, replacedBy }: Revocation, publishAhead: number, now: Date): string {
  if (was !== 'active') return '';
  if (!replacedBy) return `A new ${key.alg} key signs in its place; ${UNKNOWN_TO_CACHES}.\n`;
  const isKnown = now.getTime() >= replacedBy.createdAt.getTime() + publishAhead * 1000;
  const since = `published since ${minute(replacedBy.createdAt)}`;
  return `${replacedBy.kid} signs in its place, ${since}${isKnown ? '' : `; ${UNKNOWN_TO_CACHES}`}.\n`;
}

function report({ key, replacedBy }: Revocation): void {
  process.stdout.write(`Revoked ${key.kid}. Its private part is destroyed, and it is published no more.\n`);
  if (replacedBy) process.stdout.write(`${replacedBy.alg}: ${replacedBy.kid} signs from now on.\n`);
  process.stdout.write('Every server follows within a second. Restart gateways that must not wait for their caches.\n');
}
