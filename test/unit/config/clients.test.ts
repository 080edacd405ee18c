import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.ts';
import { assertFault, directory, faults, KEY, load, SECRET } from './support.ts';

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const publicJwks = JSON.stringify({ keys: [keys.publicKey.export({ format: 'jwk' })] });
const privateJwks = JSON.stringify({ keys: [keys.privateKey.export({ format: 'jwk' })] });

/** A file of one client, all of it on line 2. */
function one(members: string): string {
  return `clients:\n  - { client_id: shop, ${members} }\n`;
}

describe('config: clients', () => {
  it('keeps every member, and writes the defaults out', () => {
    const yaml = `
clients:
  - client_id: shop
    client_secret: ${SECRET}
    client_name: Shop
    client_uri: https://shop.example
    logo_uri: https://shop.example/logo.svg
    policy_uri: https://shop.example/policy
    tos_uri: https://shop.example/tos
    contacts: [ops@shop.example]
    redirect_uris: [https://shop.example/callback, http://localhost:8080/callback]
    post_logout_redirect_uris: [https://shop.example/]
    grant_types: [authorization_code, refresh_token, client_credentials]
    scope: openid profile email offline_access orders:read sessions:read
    id_token_signed_response_alg: ES256
    userinfo_signed_response_alg: RS256
    subject_type: public
    application_type: web
    default_max_age: 0
    require_auth_time: true
    default_acr_values: [urn:a]
    initiate_login_uri: https://shop.example/login
    backchannel_logout_uri: https://shop.example/logout
    backchannel_logout_session_required: true
    require_pushed_authorization_requests: true
    first_party: true
    require_pkce: false
    dpop_bound_access_tokens: true
    require_dpop_nonce: true
    accent: "#1a2B3c"
resources:
  - { identifier: https://api.example.com, scopes: [orders:read] }
`;
    const [client] = load({}, yaml).clients;
    assert.equal(Object.keys(client ?? {}).length, 30);
    assert.deepEqual(client?.['response_types'], ['code']);
    assert.equal(client?.['token_endpoint_auth_method'], 'client_secret_basic');
    assert.equal(client?.['accent'], '#1a2B3c');
  });

  it('takes a client without a secret for a public one', () => {
    const [client] = load({}, one('redirect_uris: ["https://a.example/cb"]')).clients;
    assert.deepEqual(client, {
      client_id: 'shop',
      redirect_uris: ['https://a.example/cb'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
      first_party: false,
      require_pkce: true,
    });
  });

  it('takes a secret from the environment, or from the file that NAME_FILE names', () => {
    const cwd = directory({ 'gatehouse.yaml': one('client_secret_env: SHOP, grant_types: [client_credentials]') });
    writeFileSync(join(cwd, 'secret'), `${SECRET}\n`);
    for (const env of [{ SHOP: SECRET }, { SHOP_FILE: 'secret' }]) {
      const [client] = loadConfig({ MASTER_KEY: KEY, ...env }, cwd).clients;
      assert.equal(client?.client_secret, SECRET);
      assert.equal(client?.['token_endpoint_auth_method'], 'client_secret_basic');
      assert.deepEqual(client?.['response_types'], []);
      assert.equal('client_secret_env' in (client ?? {}), false);
    }
  });

  it('takes keys in the place of a secret', () => {
    const members = 'grant_types: [client_credentials], token_endpoint_auth_method: private_key_jwt';
    const [client] = load({}, one(`${members}, jwks: ${publicJwks}`)).clients;
    assert.deepEqual(client?.['jwks'], JSON.parse(publicJwks));
  });

  it('takes a scheme of its own in a native application', () => {
    const members = 'application_type: native, redirect_uris: ["com.example.app:/cb", "http://127.0.0.1/cb"]';
    assert.equal(load({}, one(members)).clients.length, 1);
  });

  it('takes http where a sign-in is begun on this very machine', () => {
    const login = 'redirect_uris: ["http://localhost:8080/cb"], initiate_login_uri: "http://localhost:8080/login"';
    assert.equal(load({}, one(login)).clients[0]?.['initiate_login_uri'], 'http://localhost:8080/login');
  });

  it('takes pairwise subjects, of one host or of a sector that is named', () => {
    const sector = 'sector_identifier_uri: "https://sector.example/clients.json"';
    for (const members of [
      'redirect_uris: ["https://a.example/cb", "https://a.example/other"]',
      `redirect_uris: ["https://a.example/cb", "https://b.example/cb"], ${sector}`,
      `application_type: native, redirect_uris: ["com.example.app:/cb"], ${sector}`,
    ]) {
      const [client] = load({}, one(`subject_type: pairwise, ${members}`)).clients;
      assert.equal(client?.['subject_type'], 'pairwise', members);
    }
  });

  it('names the line and the member, far into the file', () => {
    const yaml = [
      'clients:',
      '  - client_id: one',
      '    redirect_uris: [https://one.example/cb]',
      '  - client_id: two',
      '    redirect_uris:',
      '      - https://two.example/cb',
      '      - https://two.example/*',
      '    require_pkce: false',
    ].join('\n');
    assert.deepEqual(
      faults(() => load({}, yaml)).map(({ name }) => name),
      ['gatehouse.yaml:7 clients[1].redirect_uris[1]', 'gatehouse.yaml:8 clients[1].require_pkce'],
    );
  });

  it('refuses one client_id twice, naming both', () => {
    const entry = '  - { client_id: shop, grant_types: [] }\n';
    const found = () => load({}, `clients:\n${entry}${entry}`);
    assertFault(found, 'gatehouse.yaml:3 clients[1].client_id', /clients\[0\]\.client_id/);
  });

  const web = 'redirect_uris: ["https://a.example/cb"]';
  const service = `client_secret: ${SECRET}, grant_types: [client_credentials]`;
  const hosts = 'redirect_uris: ["https://a.example/cb", "https://b.example/cb"]';
  const app = 'application_type: native, redirect_uris: ["com.example.app:/cb"]';
  const wrong: [members: string, member: string, problem: RegExp][] = [
    [`${web}, require-pkce: true`, 'require-pkce', /known member/],
    [`${web}, require_pkce: false`, 'require_pkce', /public client/],
    [`${web}, require_pkce: "false"`, 'require_pkce', /true or false/],
    [`${web}, first_party: 1`, 'first_party', /true or false/],
    [`${web}, client_name:`, 'client_name', /text/],
    [`${web}, client_uri: "javascript:x"`, 'client_uri', /http or https/],
    [`${web}, initiate_login_uri: "http://a.example"`, 'initiate_login_uri', /https/],
    [`${web}, contacts: [ops]`, 'contacts[0]', /mail address/],
    [`${web}, accent: red`, 'accent', /colour/],
    [`${web}, dpop_bound_access_tokens: always`, 'dpop_bound_access_tokens', /true or false/],
    [`${web}, require_dpop_nonce: true`, 'require_dpop_nonce', /needs dpop_bound_access_tokens/],
    [`${web}, default_max_age: -1`, 'default_max_age', /at least 0/],
    [`${web}, id_token_signed_response_alg: HS256`, 'id_token_signed_response_alg', /ES256 or RS256/],
    [`${web}, subject_type: unknown`, 'subject_type', /must be public or pairwise/],
    [`${web}, subject_type: pairwise, first_party: true`, 'subject_type', /must be public for a first-party client/],
    [`${service}, subject_type: pairwise`, 'subject_type', /for a client that people sign in to/],
    [`${hosts}, subject_type: pairwise`, 'sector_identifier_uri', /is required: .* of several hosts/],
    [`${app}, subject_type: pairwise`, 'sector_identifier_uri', /is required: .* or of none/],
    [`${web}, subject_type: pairwise, sector_identifier_uri: "http://a.example"`, 'sector_identifier_uri', /https/],
    [`${web}, sector_identifier_uri: "https://a.example/s.json"`, 'sector_identifier_uri', /pairwise alone/],
    [`${web}, application_type: desktop`, 'application_type', /web or native/],
    [`${web}, scope: "openid  email"`, 'scope', /single spaces/],
    [`${web}, scope: "openid orders:read"`, 'scope', /orders:read/],
    [`${web}, response_types: [token]`, 'response_types[0]', /must be code/],
    [`${web}, response_types: []`, 'response_types', /authorization_code/],
    [`${web}, grant_types: [implicit]`, 'grant_types[0]', /authorization_code or refresh_token/],
    [`${web}, post_logout_redirect_uris: ["http://a.example"]`, 'post_logout_redirect_uris[0]', /https/],
    ['client_name: Shop', 'redirect_uris', /list where the user/],
    ['redirect_uris: ["/cb"]', 'redirect_uris[0]', /absolute/],
    ['redirect_uris: ["https://a.example/cb#"]', 'redirect_uris[0]', /fragment/],
    ['redirect_uris: ["https://*.a.example/cb"]', 'redirect_uris[0]', /wildcard/],
    ['redirect_uris: ["http://a.example/cb"]', 'redirect_uris[0]', /https/],
    ['redirect_uris: ["app:/cb"]', 'redirect_uris[0]', /native/],
    ['application_type: native, redirect_uris: ["javascript:x"]', 'redirect_uris[0]', /scheme/],
    ['application_type: native, redirect_uris: ["https://localhost/cb"]', 'redirect_uris[0]', /http on a loopback/],
    ['grant_types: [client_credentials]', 'grant_types', /authenticates/],
    [`${web}, client_secret: short`, 'client_secret', /32 characters/],
    [`${web}, client_secret: 12345678901234567890123456789012`, 'client_secret', /text/],
    [`${web}, client_secret_env: NOWHERE`, 'client_secret_env', /set NOWHERE or NOWHERE_FILE/],
    [`${web}, client_secret_env: SHORT`, 'client_secret_env', /32 characters/],
    [`${web}, client_secret_env: "$SHORT"`, 'client_secret_env', /name of an environment variable/],
    [`${service}, client_secret_env: SHORT`, 'client_secret_env', /beside client_secret/],
    [`${service}, token_endpoint_auth_method: client_secret_jwt`, 'token_endpoint_auth_method', /client_secret_post/],
    [`${web}, client_secret: ${SECRET}, token_endpoint_auth_method: none`, 'token_endpoint_auth_method', /none/],
    [`${web}, token_endpoint_auth_method: client_secret_post`, 'token_endpoint_auth_method', /needs a client_secret/],
    [`${web}, token_endpoint_auth_method: private_key_jwt`, 'token_endpoint_auth_method', /needs jwks or jwks_uri/],
    [`${service}, token_endpoint_auth_signing_alg: ES256`, 'token_endpoint_auth_signing_alg', /private_key_jwt/],
    [`${service}, jwks: ${publicJwks}, jwks_uri: "https://a.example"`, 'jwks_uri', /beside jwks/],
    [`${service}, jwks_uri: "https://me:word@a.example/keys"`, 'jwks_uri', /no user name or password/],
    [`${service}, jwks: ${privateJwks}`, 'jwks.keys[0]', /public key/],
    [`${service}, jwks: { keys: [{ kty: EC }] }`, 'jwks.keys[0]', /public key/],
    [`${service}, jwks: { keys: [] }`, 'jwks.keys', /hold a key/],
  ];
  for (const [members, member, problem] of wrong) {
    it(`refuses { ${members.replace(/"(d|x|y)":"[^"]*"/g, '"$1":"…"')} }`, () => {
      assertFault(() => load({ SHORT: 'short' }, one(members)), `gatehouse.yaml:2 clients[0].${member}`, problem);
    });
  }

  it('refuses a client_id that is missing, too long, of other characters or the account page’s own', () => {
    for (const members of [
      'client_id: gatehouse-account, grant_types: []',
      'grant_types: []',
      `client_id: ${'a'.repeat(129)}, grant_types: []`,
      'client_id: a/b, grant_types: []',
    ]) {
      const [fault, ...more] = faults(() => load({}, `clients:\n  - { ${members} }\n`));
      assert.equal(fault?.name, 'gatehouse.yaml:2 clients[0].client_id');
      assert.deepEqual(more, []);
    }
  });

  it('repeats no secret in a fault', () => {
    const d = String(keys.privateKey.export({ format: 'jwk' }).d);
    const told = JSON.stringify(wrong.flatMap(([members]) => faults(() => load({ SHORT: 'short' }, one(members)))));
    for (const secret of [SECRET, d, '"short', '1234567890']) assert.equal(told.includes(secret), false);
  });
});
