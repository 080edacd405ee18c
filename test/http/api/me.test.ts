import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import * as openid from 'openid-client';
import { Api, type ApiAnswer, bearer, firstPartyDeclaration } from '../../support/api.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { obtainTokens, RelyingParty, registerAt } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { UserAgent } from '../../support/user-agent.ts';

describe('GET /v1/me', () => {
  let server: TestServer;
  let clock: TestClock;
  let api: Api;
  let party: RelyingParty;
  let request: { client_id: string; scope: string; resource: string };
  before(async () => {
    clock = new TestClock();
    server = await startServer({ yaml: firstPartyDeclaration, clock });
    api = new Api(server.issuer);
    party = new RelyingParty(server.issuer);
    request = { client_id: 'app', scope: 'openid email', resource: `${server.issuer}/v1` };
  });
  after(() => server.close());

  const me = (token: string | undefined) => api.call('GET', '/v1/me', { headers: bearer(token ?? '') });
  const refused = ({ status, body }: ApiAnswer) => [status, body['code']];
  async function person() {
    const { tokens } = await obtainTokens(party, request);
    const token = tokens['access_token'] ?? '';
    return { token, tokens, id: String(decodeJwt(token).sub) };
  }

  it('tells an application of its user, end to end with openid-client', async () => {
    const options = { execute: [openid.allowInsecureRequests] };
    const own = openid.ClientSecretBasic(SECRET);
    const config = await openid.discovery(new URL(server.issuer), 'own', undefined, own, options);
    const verifier = openid.randomPKCECodeVerifier();
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      resource: request.resource,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    const agent = new UserAgent(server.issuer);
    const back = await registerAt(agent, await agent.open(url.href), 'Grace@example.com');
    const tokens = await openid.authorizationCodeGrant(config, new URL(back.location ?? ''), {
      pkceCodeVerifier: verifier,
      idTokenExpected: true,
    });
    const { status, body } = await me(tokens.access_token);
    assert.equal(status, 200);
    const user = await server.db('users').where({ email_key: 'grace@example.com' }).first();
    assert.deepEqual(body, {
      id: tokens.claims()?.sub,
      email: 'Grace@example.com',
      email_verified: false,
      name: 'Ada Lovelace',
      locale: user.locale,
      status: 'active',
      created_at: user.created_at.toISOString(),
      updated_at: user.updated_at.toISOString(),
      last_login_at: user.last_login_at?.toISOString() ?? null,
    });
    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    assert.equal((await me(refreshed.access_token)).status, 200);
  });

  it('is as fresh as the database, and ends with the account', async () => {
    const { token, id } = await person();
    const row = server.db('users').where({ id });
    await row.clone().update({ name: 'Countess of Lovelace', email_verified: true });
    const { body } = await me(token);
    assert.deepEqual([body['name'], body['email_verified']], ['Countess of Lovelace', true]);
    await row.clone().update({ status: 'disabled' });
    const disabled = await me(token);
    assert.deepEqual(refused(disabled), [401, 'invalid_token']);
    assert.match(disabled.headers.get('www-authenticate') ?? '', /^Bearer realm="[^"]+", error="invalid_token"/);
    await row.clone().update({ status: 'active', deletion_due_at: new Date() });
    assert.deepEqual(refused(await me(token)), [401, 'invalid_token']);
    await row.clone().delete();
    assert.deepEqual(refused(await me(token)), [401, 'invalid_token']);
  });

  it('is no machine’s', async () => {
    const parameters = { grant_type: 'client_credentials', resource: request.resource };
    const { body } = await party.token(parameters, { id: 'backend', secret: SECRET });
    const answer = await me(body.access_token);
    assert.deepEqual(refused(answer), [403, 'person_required']);
    assert.match(String(answer.body['detail']), /client’s own token/);
  });

  it('[24] is not for other applications: what they may see was agreed to, and is at UserInfo', async () => {
    const { tokens } = await obtainTokens(party, { ...request, client_id: 'web', scope: 'openid' });
    assert.deepEqual(refused(await me(tokens['access_token'])), [403, 'first_party_required']);
  });

  it('can be read by a page of the application, and by no other', async () => {
    const { token } = await person();
    const from = (origin: string) => api.call('GET', '/v1/me', { headers: { ...bearer(token), origin } });
    const home = await from('https://app.example');
    assert.deepEqual([home.status, home.headers.get('access-control-allow-origin')], [200, 'https://app.example']);
    assert.match(home.headers.get('vary') ?? '', /Origin/);
    assert.deepEqual(refused(await from('https://evil.example')), [403, 'origin_not_allowed']);
  });

  it('[13] takes no other kind of token', async () => {
    const { tokens } = await person();
    const { tokens: plain } = await obtainTokens(party, { client_id: 'app', scope: 'openid email' });
    const elsewhere = { client_id: 'app', scope: 'openid orders:read', resource: 'https://api.example.com' };
    const { tokens: forApi } = await obtainTokens(party, elsewhere);
    for (const [kind, token] of Object.entries({
      'an ID token': tokens['id_token'],
      'a refresh token': tokens['refresh_token'],
      'an opaque token': plain['access_token'],
      'a token for another API': forApi['access_token'],
      nothing: '',
      'a made-up value': randomUUID(),
      'a token without its signature': tokens['access_token']?.replace(/[^.]+$/, ''),
      'two tokens': `${tokens['access_token']} ${tokens['access_token']}`,
    })) {
      const answer = await me(token);
      assert.deepEqual(refused(answer), [401, 'invalid_token'], kind);
      assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/, kind);
    }
  });

  it('[13] takes a token from the header alone', async () => {
    const { token } = await person();
    const inAddress = await api.call('GET', `/v1/me?access_token=${token}`);
    assert.deepEqual(refused(inAddress), [401, 'authentication_required']);
    const offered = `Bearer realm="${server.issuer}", DPoP realm="${server.issuer}", algs="ES256 Ed25519 EdDSA"`;
    assert.equal(inAddress.headers.get('www-authenticate'), offered);
    const inBody = await fetch(`${server.issuer}/v1/accounts`, {
      method: 'POST',
      body: new URLSearchParams({ access_token: token }),
    });
    assert.equal(inBody.status, 401);
    assert.equal((await me(token)).status, 200);
  });

  it('takes a token until it expires', async () => {
    const { token } = await person();
    clock.advance(14 * 60);
    assert.equal((await me(token)).status, 200);
    clock.advance(2 * 60);
    assert.deepEqual(refused(await me(token)), [401, 'invalid_token']);
  });
});
