import type { Knex } from 'knex';
import { checkDatabase, createDatabase, findEmbedded, schemaState } from '../../adapters/postgres/index.ts';
import { connectRedis } from '../../adapters/redis/index.ts';
import { verifySmtp } from '../../adapters/smtp/index.ts';
import { migrations } from '../../migrations/index.ts';
import { type Config, loadConfig } from '../config/index.ts';
import { OperatorError } from '../kernel/faults.ts';
import {
  brokenKeyLine,
  brokenSaltLine,
  type ExternalKeys,
  type KeyRing,
  loadKeyRing,
  loadKeys,
} from '../keys/index.ts';
import { failuresSince } from '../mail/index.ts';
import { embeddedDir } from '../open-database.ts';
import { openHsm } from '../open-hsm.ts';

type State = 'ok' | 'note' | 'fault';

interface Finding {
  readonly check: string;
  readonly state: State;
  readonly says: string;
}

/**
 * Looks at everything a server needs and says, one line each, how it is and what to do. Changes nothing.
 * Exit status 2 when something is wrong.
 */
export async function doctor(env: NodeJS.ProcessEnv, cwd: string, { json }: { json?: boolean }): Promise<void> {
  const findings = await examine(env, cwd);
  process.stdout.write(json ? `${JSON.stringify(findings, null, 2)}\n` : findings.map(line).join(''));
  if (findings.some(({ state }) => state === 'fault')) process.exitCode = 2;
}

async function examine(env: NodeJS.ProcessEnv, cwd: string): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadConfig(env, cwd, { makeKey: false });
  } catch (error) {
    if (!(error instanceof OperatorError)) throw error;
    return error.faults.map(({ name, problem }) => ({
      check: 'settings',
      state: 'fault',
      says: `${name}: ${problem}`,
    }));
  }
  const settings: Finding = {
    check: 'settings',
    state: 'ok',
    says: `${config.issuer}, ${config.clients.length} clients declared`,
  };
  const { hsm, external } = await openedHsm(config);
  const stored = await storage(config, external).finally(() => external?.close());
  return [settings, ...hsm, ...stored, await redis(config), await smtp(config)];
}

/** Where one is set: whether its module, token and PIN are right. What keys there are in it, the keys' line says. */
async function openedHsm({ hsm }: Config) {
  if (!hsm) return { hsm: [], external: undefined };
  let external: Awaited<ReturnType<typeof openHsm>>;
  const found = await finding('hsm', async () => {
    external = await openHsm({ hsm });
    return `the token ${hsm.tokenLabel} takes our PIN`;
  });
  return { hsm: [found], external };
}

/** Database, migrations, keys and mails: each needs the one before. */
async function storage(config: Config, external: ExternalKeys | undefined): Promise<Finding[]> {
  const url = config.databaseUrl ?? (await findEmbedded(embeddedDir(config)));
  if (!url) {
    const says = 'the development database is not running; it starts with the server (npm start)';
    return [{ check: 'database', state: 'note', says }];
  }
  const db = createDatabase(url, { max: 1, applicationName: 'gatehouse doctor' });
  try {
    const database = await finding('database', async () => {
      await checkDatabase(db);
      return `answers at ${new URL(url).host}`;
    });
    if (database.state === 'fault') return [database];
    const schema = await finding('migrations', async () => migrationsSay(await schemaState(db, migrations)));
    // A schema of an earlier version has no salts.
    const load = async () => (schema.state === 'ok' ? loadKeyRing : loadKeys)(db, config.masterKeys, external);
    const keys = await finding('keys', async () => keysSay({ salts: [], ...(await load()) }, external));
    return [database, schema, keys, ...(schema.state === 'ok' ? [await delivery(db)] : [])];
  } finally {
    await db.destroy();
  }
}

function migrationsSay({ pending, unknown }: { pending: readonly string[]; unknown: readonly string[] }): string {
  if (unknown.length > 0)
    throw new Error(`the schema is newer than this Gatehouse (${unknown.join(', ')}): run the newer version`);
  if (pending.length > 0) throw new Error(`${pending.join(', ')} not applied yet: run gatehouse migrate`);
  return 'the schema is up to date';
}

function keysSay({ keys, broken, salts }: KeyRing, external: ExternalKeys | undefined): string {
  const lines = [...broken.map(brokenKeyLine), ...salts.filter(({ problem }) => problem).map(brokenSaltLine)];
  if (lines.length > 0) throw new Error(lines.join('; '));
  const active = keys.filter(({ state }) => state === 'active').map(({ alg }) => alg);
  if (active.length === 0) throw new Error('there is no signing key yet: start the server once, it makes them');
  const where = external ? 'with the master key or in the HSM' : 'with the master key';
  return `${keys.length} open ${where}; ${active.join(', ')} sign`;
}

/** Days that are looked back; a mail that fails for good has been tried for up to 2.7 days. */
const RECENT = 7;

/** Mails that have failed are no fault of the settings by now, but somebody waited for them. */
async function delivery(db: Knex): Promise<Finding> {
  const since = new Date(Date.now() - RECENT * 24 * 60 * 60 * 1000);
  const { count, reason } = await failuresSince(db, since);
  const check = 'delivery';
  if (count === 0) return { check, state: 'ok', says: `no mail of the last ${RECENT} days has failed for good` };
  const says = `failed for good in the last ${RECENT} days: ${count}, the last one by: ${reason}`;
  return { check, state: 'note', says };
}

async function redis({ redisUrls }: Config): Promise<Finding> {
  if (redisUrls.length === 0) return { check: 'redis', state: 'ok', says: 'not used: PostgreSQL serves instead' };
  return finding('redis', async () => {
    const connection = await connectRedis(redisUrls, () => undefined);
    await connection.ping().finally(connection.close);
    return `answers at ${redisUrls.map((url) => new URL(url).host).join(', ')}`;
  });
}

async function smtp({ smtpUrl }: Config): Promise<Finding> {
  if (!smtpUrl) return { check: 'mail', state: 'ok', says: 'not sent in development' };
  const { host } = new URL(smtpUrl);
  return finding('mail', async () => {
    await verifySmtp(smtpUrl).catch((error: Error) => {
      throw new Error(`${host} does not take mail from us (${error.message}): check SMTP_URL`);
    });
    return `${host} takes mail from us`;
  });
}

async function finding(check: string, examineIt: () => Promise<string>): Promise<Finding> {
  try {
    return { check, state: 'ok', says: await examineIt() };
  } catch (error) {
    return { check, state: 'fault', says: error instanceof Error ? error.message : String(error) };
  }
}

const MARKS: Readonly<Record<State, string>> = { ok: 'ok   ', note: 'note ', fault: 'FAULT' };

const line = ({ check, state, says }: Finding): string => `${MARKS[state]}  ${check.padEnd(12)}${says}\n`;
