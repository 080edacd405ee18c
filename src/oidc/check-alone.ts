import { UnitOfWork } from '../artifacts/index.ts';
import type { ClientDeclaration } from '../config/index.ts';
import { systemClock } from '../kernel/clock.ts';
import { databaseClock } from '../kernel/database-clock.ts';
import type { ProviderParts } from './configuration.ts';
import { possessionOf } from './possession.ts';
import { buildEngine, checkClients } from './provider.ts';

/**
 * Has an engine look at clients where none runs, beside a server: it is built, asked, and gone.
 * @throws OperatorError naming every client it does not take.
 */
export function checkClientsAlone(
  parts: Pick<ProviderParts, 'config' | 'db' | 'keyRing' | 'logger'>,
  declared: readonly ClientDeclaration[],
): void {
  const pages = { error: unasked, signOut: unasked, signedOut: unasked };
  const work = new UnitOfWork({ find: unasked, apply: unasked }, systemClock);
  const possession = possessionOf(parts.config, unasked, systemClock);
  const silent = { signed: unasked, verified: unasked };
  const cookieKeys = { accepted: unasked, sign: unasked, verify: unasked, index: unasked };
  const clients = { find: unasked, forget: unasked };
  const statusIndexes = { take: unasked };
  const unused = {
    clients,
    work,
    clock: systemClock,
    time: databaseClock,
    statusIndexes,
    cookieKeys,
    hear: silent,
    sectors: new Set<string>(),
    possession,
  };
  const engine = buildEngine({ ...parts, ...unused, adapter: unasked, accounts: unasked, pages });
  checkClients(engine.provider, declared);
}

/** It serves no request, so nothing is stored, looked up or shown. */
function unasked(): never {
  throw new TypeError('this engine is asked about clients alone');
}
