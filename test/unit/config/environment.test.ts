import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.ts';
import { assertFault, directory, faults, KEY, load, OTHER_KEY, PRODUCTION, SECRET } from './support.ts';

const DAY = 24 * 3600;

describe('config: environment', () => {
  it('has defaults for development', () => {
    const cwd = directory();
    const config = loadConfig({ MASTER_KEY: KEY, REDIS_URL: '', SMTP_URL: '  ' }, cwd);
    const { masterKeys: _, clients: __, resources: ___, ...rest } = config;
    assert.deepEqual(rest, {
      production: false,
      issuer: 'http://localhost:3000',
      eventSinks: [],
      events: { networkAddresses: true, retention: 400 * 86_400 },
      host: '127.0.0.1',
      hsm: undefined,
      port: 3000,
      metricsPort: undefined,
      mtls: undefined,
      dataDir: join(cwd, '.data'),
      databaseUrl: undefined,
      redisUrls: [],
      smtpUrl: undefined,
      mailFrom: 'Gatehouse <no-reply@localhost>',
      trustProxy: [],
      workers: 1,
      assessmentRetentionDays: undefined,
      logLevel: 'info',
      declared: false,
      requireVerifiedEmail: true,
      keyFiles: [],
      breachedPasswords: false,
      passwordHashing: { memoryKib: 19_456, passes: 2 },
      cookieKeys: undefined,
      rotateEvery: { cookieKeys: 30 * DAY, pairwiseSalts: 365 * DAY },
      signingKeys: {
        algorithms: ['ES256', 'RS256'],
        rotateEvery: 30 * 86_400,
        publishAhead: 86_400,
        retireAfter: 4500,
        longestToken: 900,
      },
    });
  });

  it('has no demo clients where somebody else can reach the server', () => {
    for (const reachable of [{ HOST: '0.0.0.0' }, { ISSUER: 'https://id.example.com' }]) {
      const { clients } = loadConfig({ MASTER_KEY: KEY, ...reachable }, directory());
      assert.deepEqual(clients, [], JSON.stringify(reachable));
    }
  });

  it('has defaults for production', () => {
    const config = loadConfig(PRODUCTION, directory());
    assert.equal(config.production, true);
    assert.equal(config.host, '0.0.0.0');
    assert.equal(config.port, 3000);
    assert.equal(config.workers, availableParallelism());
    assert.deepEqual(config.clients, []);
    assert.deepEqual(
      config.resources.map(({ identifier }) => identifier),
      ['https://id.example.com/v1'],
    );
  });

  it('reads every setting', () => {
    const config = load({
      ...PRODUCTION,
      PORT: '8080',
      HOST: '::1',
      METRICS_PORT: '9090',
      ISSUER: 'https://ID.example.com:443/',
      DATA_DIR: '/var/lib/gatehouse',
      DATABASE_URL: 'postgresql:///gatehouse?host=/run/postgresql',
      REDIS_URL: 'redis://one:6379, rediss://two:6379',
      TRUST_PROXY: 'loopback, 10.0.0.0/8,2001:db8::/32,192.0.2.1',
      WORKERS: '3',
      ASSESSMENT_RETENTION_DAYS: '400',
      LOG_LEVEL: 'debug',
      MASTER_KEY: `${OTHER_KEY},${KEY.replace('=', '')}`,
      COOKIE_KEYS: `${SECRET}1,${SECRET}2`,
    });
    assert.equal(config.port, 8080);
    assert.equal(config.host, '::1');
    assert.equal(config.metricsPort, 9090);
    assert.equal(config.issuer, 'https://id.example.com');
    assert.equal(config.dataDir, '/var/lib/gatehouse');
    assert.equal(config.databaseUrl, 'postgresql:///gatehouse?host=/run/postgresql');
    assert.equal(config.smtpUrl, PRODUCTION.SMTP_URL);
    assert.equal(config.mailFrom, PRODUCTION.MAIL_FROM);
    assert.deepEqual(config.redisUrls, ['redis://one:6379', 'rediss://two:6379']);
    assert.deepEqual(config.trustProxy, ['loopback', '10.0.0.0/8', '2001:db8::/32', '192.0.2.1']);
    assert.equal(config.workers, 3);
    assert.equal(config.logLevel, 'debug');
    assert.deepEqual(
      config.masterKeys.map((key) => key.toString('base64')),
      [OTHER_KEY, KEY],
    );
    assert.deepEqual(config.cookieKeys, [`${SECRET}1`, `${SECRET}2`]);
  });

  it('takes the issuer from the port in development', () => {
    assert.equal(load({ PORT: '4000' }).issuer, 'http://localhost:4000');
  });

  const wrong: [setting: string, value: string, problem: RegExp][] = [
    ['NODE_ENV', 'prod', /one of production, development, test/],
    ['PORT', '3000x', /whole number from 1 to 65535/],
    ['PORT', '0', /whole number/],
    ['PORT', '65536', /whole number/],
    ['METRICS_PORT', 'no', /whole number/],
    ['METRICS_PORT', '3000', /differ from PORT/],
    ['HOST', 'http://localhost', /address or a host name/],
    ['ISSUER', 'id.example.com', /absolute URL/],
    ['ISSUER', 'ftp://id.example.com', /absolute URL/],
    ['ISSUER', 'https://id.example.com?x', /no query and no fragment/],
    ['ISSUER', 'https://id.example.com/#', /no query and no fragment/],
    ['ISSUER', 'https://me:hidden@id.example.com', /no user name/],
    ['ISSUER', 'https://id.example.com/auth', /no path/],
    ['DATABASE_URL', 'mysql://root:hidden@db/x', /postgres:\/\/ or postgresql:\/\//],
    ['REDIS_URL', 'redis://one,http://:hidden@two', /redis:\/\/ or rediss:\/\//],
    ['REDIS_URL', 'redis://one,', /redis:\/\//],
    ['SMTP_URL', 'hidden@mail', /smtp:\/\/ or smtps:\/\//],
    ['MAIL_FROM', 'Gatehouse', /mail address/],
    ['MAIL_FROM', 'Gatehouse <a@b>\nBcc: c@d', /mail address/],
    ['LOG_LEVEL', 'verbose', /fatal, error, warn, info, debug, trace, silent/],
    ['WORKERS', '0', /whole number from 1/],
    ['WORKERS', '-1', /whole number/],
    ['ASSESSMENT_RETENTION_DAYS', '0', /whole number from 1 to 36500/],
    ['ASSESSMENT_RETENTION_DAYS', 'forever', /whole number/],
    ['TRUST_PROXY', 'true', /IP addresses, CIDRs/],
    ['TRUST_PROXY', '1', /IP addresses, CIDRs/],
    ['TRUST_PROXY', '10.0.0.0/33', /CIDRs/],
    ['TRUST_PROXY', '0.0.0.0/0', /CIDRs/],
    ['TRUST_PROXY', '10.0.0.0/8/8', /CIDRs/],
    ['MASTER_KEY', 'hidden', /32 bytes as base64/],
    ['MASTER_KEY', `${KEY},`, /32 bytes/],
    ['MASTER_KEY', Buffer.alloc(31, 'hidden').toString('base64'), /32 bytes/],
    ['COOKIE_KEYS', `${SECRET},hidden`, /at least 32 characters/],
    ['CONFIG_FILE', 'missing.yaml', /cannot be read \(ENOENT\)/],
  ];
  for (const [setting, value, problem] of wrong) {
    it(`refuses ${setting}=${JSON.stringify(value)} by name`, () => {
      assertFault(() => load({ [setting]: value }), setting, problem);
    });
  }

  it('refuses everything at once', () => {
    const yaml = 'clients:\n  - client_id: "a b"\n    typo: 1\nresources: 7\n';
    const found = faults(() => load({ PORT: 'x', WORKERS: 'x', LOG_LEVEL: 'x', MASTER_KEY: 'x' }, yaml));
    assert.deepEqual(found.map(({ name }) => name).sort(), [
      'LOG_LEVEL',
      'MASTER_KEY',
      'PORT',
      'WORKERS',
      'gatehouse.yaml:2 clients[0].client_id',
      'gatehouse.yaml:2 clients[0].redirect_uris',
      'gatehouse.yaml:3 clients[0].typo',
      'gatehouse.yaml:4 resources',
    ]);
  });

  it('repeats no value of a setting in a fault', () => {
    const told = wrong.flatMap(([setting, value]) => faults(() => load({ [setting]: value })));
    assert.equal(
      told.some(({ problem }) => /hidden|a-secret/.test(problem) || problem.includes(KEY)),
      false,
    );
  });

  it('is frozen all through, but for the bytes of the keys', () => {
    const config = load();
    assert.throws(() => Object.assign(config, { port: 1 }), TypeError);
    assert.ok(Object.isFrozen(config.clients[0]?.['redirect_uris']));
    assert.ok(Object.isFrozen(config.resources.at(-1)?.scopes));
    assert.ok(Object.isFrozen(config.masterKeys));
  });
});

describe('config: NAME_FILE', () => {
  it('reads any setting from a file, trimmed', () => {
    const cwd = directory({ port: ' 4000\n', key: `${KEY}\n` });
    const config = loadConfig({ PORT_FILE: 'port', MASTER_KEY_FILE: join(cwd, 'key') }, cwd);
    assert.equal(config.port, 4000);
    assert.equal(config.masterKeys[0]?.toString('base64'), KEY);
  });

  it('refuses a setting and its file at once', () => {
    const cwd = directory({ port: '4000' });
    assertFault(() => loadConfig({ PORT: '1', PORT_FILE: 'port', MASTER_KEY: KEY }, cwd), 'PORT', /PORT_FILE too/);
  });

  it('refuses a file that cannot be read, once, and one that is empty', () => {
    const env = { ...PRODUCTION, MASTER_KEY: '', MASTER_KEY_FILE: 'none' };
    assertFault(() => loadConfig(env, directory()), 'MASTER_KEY', /MASTER_KEY_FILE names cannot be read \(ENOENT\)/);
    assertFault(() => loadConfig(env, directory({ none: '\n' })), 'MASTER_KEY', /is empty/);
  });

  it('repeats no contents of a file in a fault', () => {
    const cwd = directory({ key: 'hidden' });
    const [fault] = faults(() => loadConfig({ MASTER_KEY_FILE: 'key' }, cwd));
    assert.equal(fault?.problem.includes('hidden'), false);
  });
});
