import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { parseMasterKey, parseStrongMasterKey } from './master-key.ts';
import type { Settings } from './settings.ts';
import { cookieKey, host, httpsIssuer, integer, issuer, list, mailbox, oneOf, proxy, text, url } from './values.ts';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** pino's names for them. */
export type LogLevel = (typeof LOG_LEVELS)[number];

const databaseUrl = url(['postgres', 'postgresql'], 'postgres://user:password@host:5432/gatehouse', false);
const redisUrl = url(['redis', 'rediss'], 'redis://host:6379; several, comma separated, for a cluster');
const smtpUrl = url(['smtp', 'smtps'], 'smtps://user:password@host:465');
const A_CENTURY = 36_500;
const port = integer(1, 65_535);

/** The settings, each of its type. What they leave open (undefined) has a default that is not a setting's. */
export type Environment = ReturnType<typeof readEnvironment>;

/** Reads every setting of the contract's table; faults are kept in `settings`. */
export function readEnvironment(settings: Settings) {
  const production = isProduction(settings);
  return {
    production,
    ...readListener(settings, production),
    ...readStores(settings, production),
    ...readMail(settings, production),
    ...readSecrets(settings, production),
    assessmentRetentionDays: settings.read<number | undefined>(
      'ASSESSMENT_RETENTION_DAYS',
      integer(1, A_CENTURY),
      undefined,
    ),
    configFile: settings.read<string | undefined>('CONFIG_FILE', text, undefined),
    logLevel: settings.read<LogLevel>('LOG_LEVEL', oneOf(LOG_LEVELS), 'info'),
  };
}

/** Anything but the names we know is refused: `prod` must not quietly be development. */
function isProduction(settings: Settings): boolean {
  const names = oneOf(['production', 'development', 'test']);
  return settings.read('NODE_ENV', names, 'development') === 'production';
}

function readListener(settings: Settings, production: boolean) {
  const portNumber = settings.read('PORT', port, 3000);
  const metricsPort = settings.read<number | undefined>('METRICS_PORT', port, undefined);
  if (metricsPort === portNumber) settings.fault('METRICS_PORT', 'must differ from PORT');
  return {
    port: portNumber,
    metricsPort,
    host: settings.read('HOST', host, production ? '0.0.0.0' : '127.0.0.1'),
    issuer: readIssuer(settings, production, portNumber),
    trustProxy: settings.read<string[]>('TRUST_PROXY', (value) => (value === 'off' ? [] : list(proxy)(value)), []),
    workers: settings.read('WORKERS', integer(1, 1024), production ? availableParallelism() : 1),
  };
}

function readIssuer(settings: Settings, production: boolean, portNumber: number): string {
  const parse = production ? httpsIssuer : issuer;
  const requirement =
    "is required in production: set it to the server's public https URL, such as https://id.example.com";
  return settings.read('ISSUER', parse, `http://localhost:${portNumber}`, production ? requirement : undefined);
}

function readStores(settings: Settings, production: boolean) {
  const requirement = 'is required in production: set it to a PostgreSQL URL, such as postgres://user:password@host/db';
  return {
    dataDir: resolve(settings.cwd, settings.read('DATA_DIR', text, '.data')),
    databaseUrl: settings.read<string | undefined>(
      'DATABASE_URL',
      databaseUrl,
      undefined,
      production ? requirement : undefined,
    ),
    redisUrls: settings.read<string[]>('REDIS_URL', list(redisUrl), []),
  };
}

function readMail(settings: Settings, production: boolean) {
  const server = 'is required in production: set it to a mail server, such as smtps://user:password@host:465';
  const sender = 'is required in production: set it to the sender, such as Gatehouse <no-reply@example.com>';
  return {
    smtpUrl: settings.read<string | undefined>('SMTP_URL', smtpUrl, undefined, production ? server : undefined),
    mailFrom: settings.read('MAIL_FROM', mailbox, 'Gatehouse <no-reply@localhost>', production ? sender : undefined),
  };
}

function readSecrets(settings: Settings, production: boolean) {
  const requirement = 'is required in production: set it to 32 random bytes as base64 (openssl rand -base64 32)';
  return {
    masterKeys: settings.read<Buffer[] | undefined>(
      'MASTER_KEY',
      list(production ? parseStrongMasterKey : parseMasterKey),
      undefined,
      production ? requirement : undefined,
    ),
    cookieKeys: settings.read<string[] | undefined>('COOKIE_KEYS', list(cookieKey), undefined),
  };
}
