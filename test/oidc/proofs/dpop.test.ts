import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { CALLBACK, declaration, SECRET } from '../../support/declaration.ts';
import { DpopKey, ProvingParty } from '../../support/dpop.ts';
import { answerOf } from '../../support/people.ts';
import { consentAt, obtainTokens, RelyingParty, registerAt } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const API = 'https://api.example.com';

/** Clients that cannot do without. */
const bound = `  - client_id: bound
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: orders:read
    dpop_bound_access_tokens: true
  - client_id: strict
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: orders:read
    dpop_bound_access_tokens: true
    require_dpop_nonce: true
resources:`;

describe('DPoP', () => {
  let server: TestServer;
  let key: DpopKey;
  let party: ProvingParty;
  const web = { id: 'web' };
  const confidential = { id: 'confidential', secret: SECRET };
  const machine = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };

  before(async () => {
    server = await startServer({ yaml: declaration.replace('resources:', bound) });
    key = await DpopKey.create();
    party = new ProvingParty(server.issuer, key);
  });
  after(() => server.close());

  const refresh = (who: RelyingParty, token: string | undefined, client: { id: string; secret?: string } = web) =>
    who.token({ grant_type: 'refresh_token', refresh_token: token ?? '' }, client);
  const introspect = async (token: string | undefined) =>
    (await new RelyingParty(server.issuer).post('/oauth2/introspect', { token: token ?? '' }, confidential)).body;

  it('is told of by discovery, with its algorithms', async () => {
    const document = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
    assert.deepEqual((document as Record<string, unknown>)['dpop_signing_alg_values_supported'], [
      'ES256',
      'Ed25519',
      'EdDSA',
    ]);
  });

  it('binds a machine’s JWT to the key: cnf.jkt', async () => {
    const { status, body } = await party.token(machine, { id: 'service', secret: SECRET });
    assert.deepEqual([status, body.token_type], [200, 'DPoP']);
    assert.deepEqual(decodeJwt(body.access_token)['cnf'], { jkt: key.jkt });
  });

  it('takes Ed25519 keys', async () => {
    const ed = await DpopKey.create('Ed25519');
    const { body } = await new ProvingParty(server.issuer, ed).token(machine, { id: 'service', secret: SECRET });
    assert.deepEqual(decodeJwt(body.access_token)['cnf'], { jkt: ed.jkt });
  });

  it('binds an opaque token, which UserInfo takes with its proof, and introspection tells of with its key', async () => {
    const { tokens } = await obtainTokens(party, { client_id: 'web', scope: 'openid email' });
    const url = `${server.issuer}/oauth2/userinfo`;
    const { access_token = '' } = tokens;
    for (const method of ['GET', 'POST']) {
      const answer = await fetch(url, { method, headers: await key.headers(access_token, url, method) });
      assert.deepEqual(
        [answer.status, Object.keys((await answer.json()) as object)],
        [200, ['sub', 'email', 'email_verified']],
      );
    }
    const known = await introspect(access_token);
    assert.deepEqual([known.active, known.token_type, known.cnf], [true, 'DPoP', { jkt: key.jkt }]);
  });

  it('binds a public client’s refresh token, too; a confidential one’s is bound to its secret', async () => {
    const other = new ProvingParty(server.issuer, await DpopKey.create());
    const { tokens } = await obtainTokens(party, { client_id: 'web', scope: 'openid' });
    assert.deepEqual((await introspect(tokens['refresh_token'])).active, false, 'nobody else’s to look at');
    for (const stranger of [other, new RelyingParty(server.issuer)]) {
      const { status, body } = await refresh(stranger, tokens['refresh_token']);
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
    }
    const mine = await refresh(party, tokens['refresh_token']);
    assert.deepEqual([mine.status, mine.body.token_type], [200, 'DPoP'], 'still its owner’s');

    const { tokens: kept } = await obtainTokens(party, { client_id: 'confidential', scope: 'openid' });
    const moved = await refresh(other, kept['refresh_token'], confidential);
    assert.deepEqual((await introspect(moved.body.access_token)).cnf, { jkt: other.key.jkt });
  });

  it('is demanded of clients with dpop_bound_access_tokens', async () => {
    const plain = await new RelyingParty(server.issuer).token(machine, { id: 'bound', secret: SECRET });
    assert.deepEqual([plain.status, plain.body.error], [400, 'invalid_grant']);
    const proven = await party.token(machine, { id: 'bound', secret: SECRET });
    assert.deepEqual([proven.status, proven.body.token_type], [200, 'DPoP']);
  });

  it('binds a code beforehand, by dpop_jkt', async () => {
    const request = { client_id: 'web', scope: 'openid', dpop_jkt: key.jkt };
    for (const thief of [new ProvingParty(server.issuer, await DpopKey.create()), new RelyingParty(server.issuer)]) {
      await assert.rejects(obtainTokens(thief, request), /400 .*invalid_grant/);
    }
    const { tokens } = await obtainTokens(party, request);
    assert.equal(tokens['token_type'], 'DPoP');
  });

  it('binds a pushed request, by a proof that is sent with it', async () => {
    const push = async (extra: Record<string, string> = {}) => {
      const parameters = Object.fromEntries(new URL(party.authorizeUrl({ client_id: 'web' })).searchParams);
      return party.post('/oauth2/par', { ...parameters, ...extra }, web);
    };
    const mismatch = await push({ dpop_jkt: 'another' });
    assert.deepEqual([mismatch.status, mismatch.body.error], [400, 'invalid_request']);
    const { status, body } = await push();
    assert.equal(status, 201);
    const agent = new UserAgent(server.issuer);
    const query = new URLSearchParams({ client_id: 'web', request_uri: body.request_uri });
    const page = await registerAt(agent, await agent.open(`/oauth2/authorize?${query}`));
    const { code = '' } = answerOf(await consentAt(agent, page));
    const unproven = Object.assign(new RelyingParty(server.issuer), { verifier: party.verifier });
    assert.equal((await unproven.exchange(code, web)).body.error, 'invalid_grant');
    assert.equal((await party.exchange(code, web)).status, 200);
  });

  it('works with openid-client, nonces and all', async () => {
    const options = { execute: [openid.allowInsecureRequests] };
    const config = await openid.discovery(new URL(server.issuer), 'strict', SECRET, undefined, options);
    const pair = await openid.randomDPoPKeyPair();
    const handle = openid.getDPoPHandle(config, pair);
    const parameters = { scope: 'orders:read', resource: API };
    const tokens = await openid.clientCredentialsGrant(config, parameters, { DPoP: handle });
    assert.equal(tokens.token_type, 'dpop');
  });

  describe('nonces', () => {
    const strict = { id: 'strict', secret: SECRET };
    const nonceOf = (headers: Headers) => headers.get('dpop-nonce') ?? '';

    it('are demanded of clients with require_dpop_nonce, and handed out with the demand', async () => {
      const first = await party.token(machine, strict);
      assert.deepEqual([first.status, first.body.error], [400, 'use_dpop_nonce']);
      const dpop = await key.proof({ url: `${server.issuer}/oauth2/token`, nonce: nonceOf(first.headers) });
      const second = await party.post('/oauth2/token', machine, strict, { dpop });
      assert.equal(second.status, 200);
      const forged = await key.proof({
        url: `${server.issuer}/oauth2/token`,
        nonce: randomBytes(32).toString('base64url'),
      });
      assert.equal((await party.post('/oauth2/token', machine, strict, { dpop: forged })).body.error, 'use_dpop_nonce');
    });

    it('let a client in whose clock is wrong', async () => {
      const service = { id: 'service', secret: SECRET };
      const late = { url: `${server.issuer}/oauth2/token`, claims: { iat: 1_000_000_000 } };
      const refused = await party.post('/oauth2/token', machine, service, { dpop: await key.proof(late) });
      assert.deepEqual([refused.status, refused.body.error], [400, 'use_dpop_nonce']);
      const dpop = await key.proof({ ...late, nonce: nonceOf(refused.headers) });
      assert.equal((await party.post('/oauth2/token', machine, service, { dpop })).status, 200);
    });

    it('are the same on every node, and after a restart', async () => {
      const env = { MASTER_KEY: randomBytes(32).toString('base64') };
      const yaml = declaration.replace('resources:', bound);
      const first = await startServer({ env, yaml });
      const second = await startServer({
        env: { ...env, ISSUER: first.issuer },
        yaml,
        databaseUrl: first.config.databaseUrl ?? '',
      });
      try {
        const [one, other] = [first, second].map(
          ({ config }) => new ProvingParty(first.issuer, key, `http://127.0.0.1:${config.port}`),
        );
        const asked = await one?.token(machine, strict);
        const nonce = nonceOf(asked?.headers ?? new Headers());
        const dpop = await key.proof({ url: `${first.issuer}/oauth2/token`, nonce });
        assert.equal((await other?.post('/oauth2/token', machine, strict, { dpop }))?.status, 200);
      } finally {
        await second.close();
        await first.close();
      }
    });
  });

  it('can be used by a browser’s page: the proof may be sent, the nonce and the challenge read', async () => {
    const origin = new URL(CALLBACK).origin;
    for (const [path, method] of [
      ['/oauth2/token', 'POST'],
      ['/oauth2/par', 'POST'],
      ['/oauth2/userinfo', 'GET'],
    ] as const) {
      const asked = await fetch(server.issuer + path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': method,
          'access-control-request-headers': 'authorization,dpop',
        },
      });
      assert.match(asked.headers.get('access-control-allow-headers') ?? '', /dpop/i, path);
      assert.equal(asked.headers.get('access-control-allow-origin'), origin);
    }
    const proof = await key.proof({ url: `${server.issuer}/oauth2/token`, claims: { iat: 1 } });
    const plain = new RelyingParty(server.issuer);
    const ask = { grant_type: 'refresh_token', refresh_token: 'x' };
    const answer = await plain.post('/oauth2/token', ask, web, { dpop: proof, origin });
    assert.ok(answer.headers.get('dpop-nonce'));
    assert.match(answer.headers.get('access-control-expose-headers') ?? '', /DPoP-Nonce.*WWW-Authenticate/);
  });
});
