import type { RequestListener } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Knex } from 'knex';
import type { Configuration } from 'oidc-provider';
import { listen } from '../adapters/postgres/index.ts';
import { connectRedis } from '../adapters/redis/index.ts';
import { smtpTransport } from '../adapters/smtp/index.ts';
import { PASSWORD_MIN, warmPasswords } from './accounts/index.ts';
import { createApp } from './app.ts';
import { UnitOfWork } from './artifacts/index.ts';
import { buildAccounts, type PasswordOptions } from './build-accounts.ts';
import { buildCandidates, buildInvitations } from './build-candidates.ts';
import { shortLivedTask } from './build-personal.ts';
import { buildCookieKeys, buildStatusLists, demoOf } from './build-serving.ts';
import { artifactStore, reconciliationOf } from './build-storage.ts';
import { buildTasks, OUTSIDE } from './build-tasks.ts';
import { accountClient, CLIENTS_CHANGED, createClientRegistry, reconcileClients } from './clients/index.ts';
import type { Config } from './config/index.ts';
import { buildCounting, keepCounting } from './count-tokens.ts';
import type { EventLog } from './events/index.ts';
import { createCsrf, createRenderer, createShow } from './http/index.ts';
import { crontab, startWorker } from './jobs/index.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import { type DatabaseClock, databaseClock } from './kernel/database-clock.ts';
import type { KeptKeyRing } from './keys/index.ts';
import type { Policy } from './limits/index.ts';
import { developmentMailbox } from './mail/index.ts';
import { logHash, logRedis, noting } from './note-troubles.ts';
import { adapterFactory, checkClients, possessionOf, structuredTokens } from './oidc/index.ts';
import { openDatabase } from './open-database.ts';
import { openHsm } from './open-hsm.ts';
import { readiness } from './readiness.ts';
import { runEngine } from './running-engine.ts';
import { runEvents } from './running-events.ts';
import { checkSinks, runRelay } from './running-relay.ts';
import { runRevocations } from './running-revocations.ts';
import {
  countMails,
  countPasswords,
  createMetrics,
  type Logger,
  type Metrics,
  measureHashing,
  measureKeys,
  measurePool,
} from './telemetry/index.ts';
import { providerPages, type WebParts } from './web/index.ts';

/** What tests replace; everything else is built from the configuration. */
export interface Overrides {
  readonly clock?: Clock;
  /** Moves the time by which assessment sessions end. */
  readonly databaseClock?: DatabaseClock;
  /** Replaces the guarded outgoing fetch, to reach loopback. */
  readonly fetch?: Configuration['fetch'];
  /** Another server that knows breached passwords, and how many passwords may wait to be hashed. */
  readonly passwords?: Pick<PasswordOptions, 'baseUrl' | 'patience' | 'waiting'>;
  /** false: no background jobs. */
  readonly jobs?: boolean;
  /** Other limits than those of every server. */
  readonly limits?: Policy;
}

/** A server that is ready to answer. */
export interface Gatehouse {
  readonly handler: RequestListener;
  readonly db: Knex;
  readonly metrics: Metrics;
  readonly keys: KeptKeyRing;
  readonly log: EventLog;
  /** Answers /readyz with 503 from now on, so that a load balancer looks elsewhere, and whoever waits for news at once. */
  drain(): void;
  close(): Promise<void>;
}

const VIEWS = fileURLToPath(new URL('../views', import.meta.url));

/**
 * The composition root: builds everything once, in the order in which it depends, and closes it in reverse.
 * @throws OperatorError when a setting, the database, Redis or a key stands in the way; nothing was changed then.
 */
export async function compose(config: Config, logger: Logger, overrides: Overrides = {}): Promise<Gatehouse> {
  const closers: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    return { ...(await build(config, logger, overrides, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function build(config: Config, logger: Logger, overrides: Overrides, closers: (() => Promise<unknown>)[]) {
  const { clock = systemClock, databaseClock: time = databaseClock } = overrides;
  checkSinks(config);
  // These first: opening the database may bring its schema up to date, and that only for a server that can start.
  const redis = config.redisUrls.length > 0 ? await connectRedis(config.redisUrls, logRedis(logger)) : undefined;
  if (redis) closers.push(redis.close);
  const external = await openHsm(config);
  if (external) closers.push(external.close);
  const database = await openDatabase(config, external);
  closers.push(database.close);
  const { db } = database;

  const clients = createClientRegistry(db, [accountClient(config.issuer)]);
  closers.push(listen(database.url, CLIENTS_CHANGED, (clientId) => clients.forget(clientId || undefined)).close);
  const { longestToken } = config.signingKeys;
  const parts = { db, clock, logger, longestToken };
  const { revocations, statusIndexes, look, ...following } = await runRevocations(parts, database.url);
  const work = new UnitOfWork(artifactStore(db, redis, clock), clock, look);
  closers.push(following.close);
  const { log, ...logging } = await runEvents({ db, clock }, database.url, config.events.retention);
  closers.push(logging.close);
  const show = createShow(
    createRenderer({ viewsDir: VIEWS, production: config.production, passwordMin: PASSWORD_MIN }),
  );
  const https = config.issuer.startsWith('https:');
  const cookieKeys = buildCookieKeys(config, clock);
  const csrf = createCsrf({ keys: cookieKeys, https });

  const { isRevoked } = revocations;
  const structured = structuredTokens({ issuer: config.issuer, clock, work, keyRing: () => keys.current(), isRevoked });
  const adapter = adapterFactory({ work, clients, clock, takeStatusIndex: statusIndexes.take, structured });
  const possession = possessionOf(config, adapter, clock);
  const pages = providerPages(() => web);
  const keyParts = { db, clock, masterKeys: config.masterKeys, external, policy: config.signingKeys };
  const metrics = createMetrics();
  const counting = buildCounting(metrics, { db, clock }, () => keys.current().published.map(({ kid }) => kid));
  const engineParts = {
    config,
    db,
    adapter,
    clients,
    work,
    clock,
    time,
    statusIndexes,
    pages,
    cookieKeys,
    logger,
    hear: counting.hear,
    possession,
    accounts: () => accounts,
    ...(overrides.fetch && { fetch: overrides.fetch }),
  };
  const { provider, keys, ...engine } = await runEngine(keyParts, database.url, engineParts);
  closers.push(engine.close);
  const mailbox = config.smtpUrl === undefined ? developmentMailbox(clock) : undefined;
  const transport = mailbox ?? (await smtpTransport(config.smtpUrl ?? '', config.mailFrom));
  closers.push(async () => transport.close());
  measurePool(metrics, db);
  const { rotateEvery } = config.signingKeys;
  measureKeys(metrics, { keys: () => keys.current().keys, now: () => clock.now(), rotateEvery });
  const limiting = { onRefusal: noting(logger, metrics), policy: overrides.limits };
  const watching = { ...countPasswords(metrics), onHashFailure: logHash(logger), ...overrides.passwords };
  const accounts = buildAccounts(config, { db, redis }, clock, { ...watching, ...limiting, onEnded: look });
  measureHashing(metrics, accounts.passwords.hashing.queue);
  const candidates = buildCandidates(accounts, time, { onEnded: look });
  const invitations = buildInvitations(config, accounts, candidates);
  const { requireVerifiedEmail } = config;
  const web: WebParts = {
    db,
    clock,
    provider,
    work,
    csrf,
    show,
    accounts,
    invitations,
    requireVerifiedEmail,
  };
  checkClients(provider.get(), config.clients);
  for (const client of await reconcileClients(db, reconciliationOf(config), clock)) {
    logger.warn({ client }, 'a client that was made by command is the file’s from now on');
  }

  if (overrides.jobs !== false) {
    const sending = { transport, onResult: countMails(metrics) };
    const endShortLived = shortLivedTask(db, redis, clock);
    const tasks = buildTasks(config, { accounts, candidates, endShortLived }, keyParts, sending, provider, log);
    const relaying = await runRelay(config, { db, clock, log, logger, metrics });
    closers.push(relaying.stop);
    closers.push((await startWorker({ databaseUrl: database.url, tasks, outside: OUTSIDE, crontab, logger })).stop);
    closers.push(keepCounting(counting, logger));
  }
  await warmPasswords(accounts.passwords);
  const draining = { now: false };
  const checks = readiness(db, redis, keys, draining);
  const demo = await demoOf(config, show, csrf);
  const { issuer, masterKeys } = config;
  const ofKeys = { keyParts, keyRing: () => keys.current(), reloadKeys: keys.reload, noteSigned: counting.flush };
  const api = {
    issuer,
    masterKeys,
    clients,
    candidates,
    ...ofKeys,
    shown: counting.shown,
    revocations,
    possession,
    log,
  };
  const statusLists = buildStatusLists(config, { db, clock, revocations, keys });
  const serving = { config, cookieKeys, logger, metrics, checks, viewsDir: VIEWS, demo, mailbox };
  const app = createApp({ ...web, ...api, ...serving, statusLists });
  const drain = () => {
    draining.now = true;
    log.release();
    revocations.release();
  };
  return { handler: app.callback(), db, metrics, keys, log, drain };
}
