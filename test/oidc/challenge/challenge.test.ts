import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { endSessions } from '../../../adapters/postgres/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { firstPartyDeclaration } from '../../support/api.ts';
import { type Challenged, NativeApp, newUser } from '../../support/challenge.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { dumpDatabase, occurrences } from '../../support/dump.ts';
import { argon2HashesOf } from '../../support/password-hashing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { newEmail, PASSWORD } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const API = 'https://api.example.com';
const PATH = '/oauth2/challenge';

const ENDING = { clock: systemClock };

describe('POST /oauth2/challenge', function () {
  this.timeout(40_000);
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let app: NativeApp;
  let ada: { username: string; password: string };
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ yaml: firstPartyDeclaration, databaseUrl: wire.url });
    ada = await newUser(server.issuer);
  });
  beforeEach(() => {
    app = new NativeApp(server.issuer);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const refused = ({ status, body }: Challenged) => [status, body['error']];
  const tokensOf = async (fields: Record<string, string> = {}) => {
    const { body } = await app.signIn({ ...ada, ...fields });
    const { status, body: tokens } = await app.exchange(body['authorization_code']);
    assert.equal(status, 200, JSON.stringify(tokens));
    return tokens as Record<string, string>;
  };
  const userOf = (email: string) => server.db('users').where({ email }).first();

  describe('signs in', () => {
    it('a person by address and password: a code, to be exchanged without a redirect_uri', async () => {
      const { status, headers, body } = await app.signIn(ada);
      assert.equal(status, 200);
      assert.equal(headers.get('cache-control'), 'no-store');
      assert.equal(headers.get('set-cookie'), null);
      assert.deepEqual(Object.keys(body).sort(), ['authorization_code', 'device']);
      const { status: exchanged, body: tokens } = await app.exchange(body['authorization_code']);
      assert.equal(exchanged, 200);
      const claims = decodeJwt(String(tokens['id_token']));
      const { id } = await userOf(ada.username);
      assert.deepEqual([claims.sub, claims.aud, claims['amr']], [id, 'app', ['pwd']]);
      assert.ok(Math.abs(Number(claims['auth_time']) - Date.now() / 1000) < 5);
      const info = await fetch(`${server.issuer}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${tokens['access_token']}` },
      });
      assert.deepEqual(await info.json(), { sub: id, email: ada.username, email_verified: false });
    });

    it('with tokens that refresh, tell of themselves, and end with the person’s sign-ins', async () => {
      const tokens = await tokensOf();
      const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] };
      const { status, body: refreshed } = await app.post('/oauth2/token', refresh);
      assert.equal(status, 200);
      const token = String(refreshed['access_token']);
      const introspect = () => app.post('/oauth2/introspect', { token });
      assert.equal((await introspect()).body['active'], true);
      const { id } = await userOf(ada.username);
      await server.db.transaction((transaction) => endSessions(transaction, ENDING, id));
      assert.equal((await introspect()).body['active'], false);
      const again = { grant_type: 'refresh_token', refresh_token: String(refreshed['refresh_token']) };
      assert.deepEqual(refused(await app.post('/oauth2/token', again)), [400, 'invalid_grant']);
    });

    it('for an API, and for Gatehouse’s own, where the token opens /v1/me', async () => {
      const forApi = await tokensOf({ scope: 'openid orders:read', resource: API });
      const { aud, scope, client_id } = decodeJwt(forApi['access_token'] ?? '');
      assert.deepEqual([aud, scope, client_id], [API, 'orders:read', 'app']);
      const byScope = await tokensOf({ scope: 'openid orders:read' });
      assert.equal(decodeJwt(byScope['access_token'] ?? '').aud, API);
      const own = await tokensOf({ scope: 'openid', resource: `${server.issuer}/v1` });
      const headers = { authorization: `Bearer ${own['access_token']}` };
      const me = (await (await fetch(`${server.issuer}/v1/me`, { headers })).json()) as { email: string };
      assert.equal(me.email, ada.username);
    });

    it('for a client with a secret, which it shows; with a redirect_uri, where it wants one; with a nonce', async () => {
      const own = new NativeApp(server.issuer, 'own');
      const { body } = await own.signIn({ ...ada, redirect_uri: CALLBACK, nonce: 'a-nonce', response_type: 'code' });
      const code = body['authorization_code'];
      assert.deepEqual(refused(await own.exchange(code)), [400, 'invalid_request']);
      const wrong = await own.exchange(code, { redirect_uri: `${CALLBACK}/` });
      assert.deepEqual(refused(wrong), [400, 'invalid_grant']);
      const { status, body: tokens } = await own.exchange(code, { redirect_uri: CALLBACK });
      assert.equal(status, 200);
      assert.equal(decodeJwt(String(tokens['id_token']))['nonce'], 'a-nonce');
    });

    it('whoever leaves out that the challenge is by S256, which it always is', async () => {
      const { body } = await app.signIn({ ...ada, code_challenge_method: undefined });
      const code = body['authorization_code'];
      assert.deepEqual(refused(await app.exchange(code, { code_verifier: app.challenge })), [400, 'invalid_grant']);
      const { body: again } = await app.signIn({ ...ada, code_challenge_method: undefined });
      assert.equal((await app.exchange(again['authorization_code'])).status, 200);
    });

    it('whoever writes the address in another case, or with spaces around', async () => {
      const answer = await app.signIn({ ...ada, username: ` ${ada.username.toUpperCase()} ` });
      assert.equal(answer.status, 200);
    });
  });

  describe('refuses', () => {
    it('[29] a wrong password as it does an unknown address, a disabled account, and one without a password', async () => {
      const people = { known: newEmail(), disabled: newEmail(), 'without password': newEmail() };
      for (const email of Object.values(people)) await newUser(server.issuer, email);
      await server.db('users').where({ email: people.disabled }).update({ status: 'disabled' });
      await server.db('users').where({ email: people['without password'] }).update({ password_hash: null });
      const seen: [string, unknown][] = [];
      for (const [kind, username] of Object.entries({
        'unknown at first': newEmail(),
        ...people,
        unknown: newEmail(),
      })) {
        const password = kind === 'disabled' ? PASSWORD : `${PASSWORD} wrong`;
        let answer: Challenged | undefined;
        let argon2 = 0;
        const statements = await wire.statementsOf(async () => {
          argon2 = await argon2HashesOf(async () => {
            answer = await app.signIn({ username, password });
          });
        });
        const headers = [...(answer?.headers ?? [])].filter(([name]) => !VARYING.includes(name));
        seen.push([
          kind,
          { status: answer?.status, body: answer?.body, headers, argon2, statements: statements.length },
        ]);
        assert.deepEqual(refused(answer as Challenged), [400, 'access_denied'], kind);
        assert.equal(argon2, 1);
      }
      for (const [kind, what] of seen) assert.deepEqual(what, seen[0]?.[1], kind);
    });
    const VARYING = ['x-correlation-id', 'date', 'content-security-policy'];

    it('[41] a client that is not first-party, whatever it says of itself', async () => {
      const request = { ...ada, scope: 'openid', code_challenge: app.challenge, code_challenge_method: 'S256' };
      for (const [client_id, client_secret] of [
        ['web', undefined],
        ['confidential', SECRET],
        ['backend', SECRET],
      ]) {
        const answer = await app.post(PATH, { ...request, client_id, client_secret, first_party: 'true' });
        assert.deepEqual(refused(answer), [400, 'unauthorized_client'], client_id);
      }
    });

    it('a client that is unknown, or has a secret and does not show it', async () => {
      const hashes = await argon2HashesOf(async () => {
        for (const fields of [
          { client_id: 'nobody' },
          { client_id: 'own' },
          { client_id: 'own', client_secret: 'x'.repeat(40) },
        ])
          assert.deepEqual(refused(await app.signIn({ ...ada, ...fields })), [401, 'invalid_client']);
        assert.deepEqual(refused(await app.signIn({ ...ada, client_id: undefined })), [400, 'invalid_request']);
      });
      assert.equal(hashes, 0);
    });

    it('a request that is not in order, before any password is looked at', async () => {
      const hashes = await argon2HashesOf(async () => {
        for (const [fields, error] of [
          [{ username: undefined }, 'invalid_request'],
          [{ username: '' }, 'invalid_request'],
          [{ password: undefined }, 'invalid_request'],
          [{ password: 'x'.repeat(1001) }, 'invalid_request'],
          [{ code_challenge: undefined }, 'invalid_request'],
          [{ code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
          [{ code_challenge: 'short' }, 'invalid_request'],
          [{ code_challenge: `${'a'.repeat(43)}!` }, 'invalid_request'],
          [{ code_challenge_method: 'plain' }, 'invalid_request'],
          [{ response_type: 'token' }, 'unsupported_response_type'],
          [{ redirect_uri: 'https://evil.example/callback' }, 'invalid_redirect_uri'],
          [{ redirect_uri: 'urn:gatehouse:no-redirect' }, 'invalid_redirect_uri'],
          [{ scope: 'openid "quoted"' }, 'invalid_scope'],
          [{ resource: 'https://evil.example' }, 'invalid_target'],
          [{ resource: 'no address' }, 'invalid_target'],
          [{ auth_session: 'made-up' }, 'invalid_session'],
        ] as const)
          assert.deepEqual(refused(await app.signIn({ ...ada, ...fields })), [400, error], JSON.stringify(fields));
      });
      assert.equal(hashes, 0);
    });

    it('a form that is none, is too large, or says something twice', async () => {
      const send = async (body: string, type = 'application/x-www-form-urlencoded') => {
        const answer = await fetch(server.issuer + PATH, { method: 'POST', headers: { 'content-type': type }, body });
        const { error, error_description } = (await answer.json()) as Record<string, string>;
        if (error) assert.ok(!error_description?.includes('/oauth2/token'), error_description);
        return [answer.status, error];
      };
      const form = new URLSearchParams({
        client_id: 'app',
        ...ada,
        code_challenge: app.challenge,
        code_challenge_method: 'S256',
      });
      assert.deepEqual(await send(JSON.stringify(ada), 'application/json'), [400, 'invalid_request']);
      assert.deepEqual(await send(`${form}&x=${'x'.repeat(1024 * 1024)}`), [400, 'invalid_request']);
      for (const twice of ['username=a', 'password=b', 'client_id=app', 'scope=openid&scope=email'])
        assert.deepEqual(await send(`${form}&${twice}`), [400, 'invalid_request'], twice);
      assert.deepEqual(await send(`username[]=a&${form}`), [200, undefined], 'a name of no parameter means nothing');
    });

    it('[42] what the client did not register, and Gatehouse’s own scopes', async () => {
      const unregistered = await tokensOf({ scope: 'openid orders:write', resource: API });
      assert.equal(decodeJwt(unregistered['access_token'] ?? '')['scope'], undefined);
      const own = await tokensOf({ scope: 'openid users:write keys:write', resource: `${server.issuer}/v1` });
      assert.equal(decodeJwt(own['access_token'] ?? '')['scope'], undefined);
      const strict = new NativeApp(server.issuer, 'own');
      assert.deepEqual(refused(await strict.signIn({ ...ada, scope: 'openid offline_access' })), [
        400,
        'invalid_scope',
      ]);
    });

    it('[15] the grant that it is to the engine, at the token endpoint, and tells nobody of it', async () => {
      const names = [
        'urn:gatehouse:params:oauth:grant-type:challenge',
        'urn:gatehouse:challenge',
        'challenge',
        'password',
      ];
      for (const grant_type of names) {
        const answer = await app.post('/oauth2/token', { grant_type, ...ada, scope: 'openid' });
        assert.deepEqual(refused(answer), [400, 'unsupported_grant_type'], grant_type);
      }
      for (const path of ['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server']) {
        const document = (await (await fetch(server.issuer + path)).json()) as Record<string, string[]>;
        assert.equal(document['authorization_challenge_endpoint'], server.issuer + PATH);
        assert.deepEqual(document['grant_types_supported']?.toSorted(), [
          'authorization_code',
          'client_credentials',
          'refresh_token',
        ]);
        assert.doesNotMatch(JSON.stringify(document), /urn:gatehouse:challenge/);
      }
      const named = await app.signIn({ ...ada, grant_type: 'client_credentials' });
      assert.equal(named.status, 200, 'what names a grant here means nothing');
    });

    it('any method but POST, and a page of another origin', async () => {
      assert.equal((await fetch(server.issuer + PATH)).status, 404);
      assert.deepEqual(refused(await app.signIn(ada, { origin: 'https://evil.example' })), [400, 'invalid_request']);
      const home = await app.signIn(ada, { origin: 'https://app.example' });
      assert.equal(home.headers.get('access-control-allow-origin'), 'https://app.example');
      const preflight = await fetch(server.issuer + PATH, {
        method: 'OPTIONS',
        headers: { origin: 'https://app.example', 'access-control-request-method': 'POST' },
      });
      assert.deepEqual([preflight.status, preflight.headers.get('access-control-allow-methods')], [204, 'POST']);
    });
  });

  describe('the code', () => {
    it('[5] [6] is bound to its client and its challenge, and works once', async () => {
      const { body } = await app.signIn(ada);
      const code = String(body['authorization_code']);
      const own = new NativeApp(server.issuer, 'own');
      assert.deepEqual(refused(await own.exchange(code)), [400, 'invalid_grant']);
      assert.deepEqual(refused(await app.exchange(code, { code_verifier: 'v'.repeat(43) })), [400, 'invalid_grant']);
      assert.deepEqual(refused(await app.exchange(code, { code_verifier: undefined })), [400, 'invalid_grant']);
      assert.deepEqual(refused(await app.exchange(code, { redirect_uri: CALLBACK })), [400, 'invalid_grant']);
      const { status, body: tokens } = await app.exchange(code);
      assert.equal(status, 200);
      assert.deepEqual(refused(await app.exchange(code)), [400, 'invalid_grant']);
      const refresh = { grant_type: 'refresh_token', refresh_token: String(tokens['refresh_token']) };
      assert.deepEqual(refused(await app.post('/oauth2/token', refresh)), [400, 'invalid_grant'], 'a replay ends all');
    });

    it('[33] dies with its account', async () => {
      const grace = await newUser(server.issuer);
      const { body } = await app.signIn(grace);
      await server.db('users').where({ email: grace.username }).update({ status: 'disabled' });
      assert.deepEqual(refused(await app.exchange(body['authorization_code'])), [400, 'invalid_grant']);
    });
  });

  it('costs one commit besides the sign-in itself, and leaves nothing where it is refused', async () => {
    const artifacts = async () => Number((await server.db('oidc_artifacts').count())[0]?.['count']);
    const before = await artifacts();
    const statements = await wire.statementsOf(() => app.signIn(ada));
    assert.equal(statements.filter((statement) => /oidc_artifacts/.test(statement)).length, 1, statements.join('\n'));
    assert.equal(await artifacts(), before + 2, 'the code and its grant');
    await app.signIn({ ...ada, password: 'wrong' });
    assert.equal(await artifacts(), before + 2);
  });

  it('[46] stores nothing that signs in: not the code, nor what the device is known by', async () => {
    const { body } = await app.signIn(ada);
    const dump = await dumpDatabase(server.db);
    const secrets = { code: String(body['authorization_code']), device: String(body['device']), password: PASSWORD };
    assert.deepEqual(occurrences(dump, secrets), []);
    assert.equal((await app.exchange(secrets.code)).status, 200);
  });

  it('keeps the password out of the log, and names its own path there', async () => {
    await app.signIn({ ...ada, password: 'an-unusual-wrong-password' });
    assert.doesNotMatch(server.logs(), /an-unusual-wrong-password|correct horse/);
    assert.match(server.logs(), /POST \/oauth2\/challenge 200/);
  });
});
