import { listen } from '../adapters/postgres/index.ts';
import type { Config } from './config/index.ts';
import { type Fault, OperatorError } from './kernel/faults.ts';
import {
  brokenKeyLine,
  brokenSaltLine,
  importKeys,
  KEYS_CHANGED,
  type KeptKeyRing,
  type KeyParts,
  type KeyRing,
  keepKeyRing,
  loadKeyRing,
  type SaltPolicy,
  turnKeys,
  turnSalts,
} from './keys/index.ts';
import { buildEngine, type CurrentProvider, currentProvider, type ProviderParts } from './oidc/index.ts';

const DAY = 24 * 3600;

/** Milliseconds between two looks at the stored keys, for when a node was not told. */
const LOOK_EVERY = 30_000;

export interface RunningEngine {
  readonly provider: CurrentProvider;
  readonly keys: KeptKeyRing;
  close(): Promise<void>;
}

/**
 * The engine, kept in step with the keys: a node that turns them tells the others, and each builds a new engine and
 * swaps it. The first start makes the first keys.
 */
export async function runEngine(
  keyParts: KeyParts,
  databaseUrl: string,
  given: Omit<ProviderParts, 'keyRing' | 'sectors'>,
): Promise<RunningEngine> {
  const { db, masterKeys, external, clock } = keyParts;
  const parts = { ...given, sectors: new Set<string>() };
  await bringKeyFiles(keyParts, parts);
  await turnKeys(keyParts);
  await turnSalts(keyParts, saltPolicy(parts.config));
  const load = () => loadKeyRing(db, masterKeys, external);
  const first = await load();
  tellBroken(first, parts.logger);
  const keys = keepKeyRing({
    first,
    load,
    changed: (keyRing) => {
      tellBroken(keyRing, parts.logger);
      provider.swap(buildEngine({ ...parts, keyRing }));
    },
    mayLag: mayLag(parts.config),
    clock,
  });
  const provider = currentProvider(buildEngine({ ...parts, keyRing: first }), keys.canSign);
  const look = () => void keys.reload().catch((error) => parts.logger.error({ err: error }, 'keys were not reloaded'));
  const timer = setInterval(look, LOOK_EVERY).unref();
  const listener = listen(databaseUrl, KEYS_CHANGED, look);
  const close = async () => {
    clearInterval(timer);
    await listener.close();
  };
  return { provider, keys, close };
}

/** Seconds that a node goes on for that can read neither keys nor salts. */
const mayLag = ({ signingKeys }: Config): number => signingKeys.retireAfter - signingKeys.longestToken;

/** Each salt is there a day before it counts for anybody, and longer than a node goes on that does not know it. */
export function saltPolicy(config: Config): SaltPolicy {
  return { rotateEvery: config.rotateEvery.pairwiseSalts, ahead: DAY + mayLag(config) };
}

/** Each key and salt that cannot be opened, once for as long as nothing changes. */
function tellBroken({ broken, salts }: KeyRing, logger: ProviderParts['logger']): void {
  for (const key of broken) logger.error({ kid: key.kid, alg: key.alg, state: key.state }, brokenKeyLine(key));
  for (const salt of salts) if (salt.problem) logger.error({ salt: salt.id }, brokenSaltLine(salt));
}

/** Imports what lies in `keys/`: at a first start it signs at once, later it is published and waits for its turn. */
async function bringKeyFiles(keyParts: KeyParts, { config, logger }: Pick<ProviderParts, 'config' | 'logger'>) {
  if (config.keyFiles.length === 0) return;
  for (const { name, readableByAll } of config.keyFiles) {
    if (readableByAll) logger.warn(`${name} can be read by everybody on this machine: chmod o-r ${name}`);
  }
  const imported = await importKeys(keyParts, config.keyFiles).catch((error: unknown) => {
    throw error instanceof AggregateError ? new OperatorError(error.errors.map(asFault)) : error;
  });
  for (const { name, kid, alg, state } of imported) {
    if (state !== 'known') logger.info({ kid, alg, state }, `${name} was imported`);
  }
}

/** Its message begins with the file's name. */
function asFault({ message }: Error): Fault {
  const [name = '', ...problem] = message.split(' ');
  return { name, problem: problem.join(' ') };
}
