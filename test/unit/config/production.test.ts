import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.ts';
import { assertFault, directory, faults, KEY, load, PRODUCTION } from './support.ts';

const DEMO_SECRET = 'demo-service-secret-for-development-only';

describe('config: production', () => {
  it('[43] has no default for a secret, or for anything that development makes up', () => {
    const cwd = directory();
    mkdirSync(join(cwd, 'keys'));
    writeFileSync(join(cwd, 'keys', 'master.key'), KEY);
    const found = faults(() => loadConfig({ NODE_ENV: 'production' }, cwd));
    assert.deepEqual(found.map(({ name }) => name).sort(), [
      'DATABASE_URL',
      'ISSUER',
      'MAIL_FROM',
      'MASTER_KEY',
      'SMTP_URL',
    ]);
    for (const { problem } of found) assert.match(problem, /is required in production: set it to/);
  });

  it('[43] refuses an issuer without TLS', () => {
    assertFault(() => load({ ...PRODUCTION, ISSUER: 'http://localhost:3000' }), 'ISSUER', /https/);
  });

  it('[43] refuses a master key that is a placeholder', () => {
    const zeros = Buffer.alloc(32).toString('base64');
    assertFault(() => load({ ...PRODUCTION, MASTER_KEY: `${KEY},${zeros}` }), 'MASTER_KEY', /placeholder/);
    assert.equal(load({ MASTER_KEY: zeros }).masterKeys.length, 1);
  });

  it('refuses a private key that everybody on the machine can read; development takes it, and knows', () => {
    const cwd = directory();
    mkdirSync(join(cwd, 'keys'));
    writeFileSync(join(cwd, 'keys', 'open.pem'), 'a key');
    chmodSync(join(cwd, 'keys', 'open.pem'), 0o644);
    assertFault(() => loadConfig(PRODUCTION, cwd), 'keys/open.pem', /read by everybody: chmod o-r keys\/open\.pem/);
    assert.equal(loadConfig({ MASTER_KEY: KEY }, cwd).keyFiles[0]?.readableByAll, true);
    chmodSync(join(cwd, 'keys', 'open.pem'), 0o640);
    assert.equal(loadConfig(PRODUCTION, cwd).keyFiles[0]?.readableByAll, false);
  });

  it('[43] refuses the demo clients and the demo secret, wherever they come from', () => {
    const yaml = `clients:
  - { client_id: demo-web, redirect_uris: [https://a.example/cb] }
  - { client_id: demo-web-2, redirect_uris: [https://a.example/cb], typo: 1 }
  - { client_id: demo-service, client_secret: ${DEMO_SECRET}, grant_types: [client_credentials] }
  - { client_id: shop, client_secret_env: SHOP_SECRET, grant_types: [client_credentials] }
`;
    const found = faults(() => load({ ...PRODUCTION, SHOP_SECRET: DEMO_SECRET }, yaml));
    assert.deepEqual(found.map(({ name }) => name).sort(), [
      'gatehouse.yaml:2 clients[0].client_id',
      'gatehouse.yaml:3 clients[1].client_id',
      'gatehouse.yaml:3 clients[1].typo',
      'gatehouse.yaml:4 clients[2].client_id',
      'gatehouse.yaml:4 clients[2].client_secret',
      'gatehouse.yaml:5 clients[3].client_secret_env',
    ]);
    assert.equal(
      found.some(({ problem }) => problem.includes(DEMO_SECRET)),
      false,
    );
  });
});

describe('config: demo', () => {
  it('has demo clients and a demo resource in development without a file', () => {
    const { clients, resources } = load({ PORT: '4000' });
    const [web, second, service] = clients;
    assert.equal(clients.length, 3);
    assert.deepEqual(web, {
      client_id: 'demo-web',
      client_name: 'Demo',
      client_uri: 'http://localhost:4000/demo',
      application_type: 'web',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://localhost:4000/demo/callback'],
      post_logout_redirect_uris: ['http://localhost:4000/demo'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid profile email offline_access assessment demo:read',
      initiate_login_uri: 'http://localhost:4000/demo/start',
      first_party: false,
      require_pkce: true,
    });
    assert.deepEqual(second?.['redirect_uris'], ['http://localhost:4000/demo/second/callback']);
    assert.deepEqual(second?.['post_logout_redirect_uris'], ['http://localhost:4000/demo/second']);
    assert.equal(service?.client_secret, DEMO_SECRET);
    assert.equal(service?.['token_endpoint_auth_method'], 'client_secret_basic');
    assert.deepEqual(service?.['response_types'], []);
    assert.equal(service?.['scope'], resources.at(-1)?.scopes.join(' '));
    assert.deepEqual(
      resources.map(({ identifier }) => identifier),
      ['http://localhost:4000/demo/api', 'http://localhost:4000/v1'],
    );
  });

  it('has them neither in production nor beside a file, even an empty one', () => {
    assert.deepEqual(load(PRODUCTION).clients, []);
    const { clients, resources } = load({}, '');
    assert.deepEqual(clients, []);
    assert.equal(resources.length, 1);
  });
});
