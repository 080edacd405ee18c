import assert from 'node:assert/strict';
import { endClientArtifacts, endClientTokens } from '../../../adapters/postgres/index.ts';
import {
  type ClientParts,
  createClient,
  deleteClient,
  disableClient,
  enableClient,
} from '../../../src/clients/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { Api, basic, bearer } from '../../support/api.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { operatorDeclaration } from '../../support/operator.ts';
import { newPerson, signInAt } from '../../support/people.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const shop = { id: 'own', secret: SECRET };
const offline = { client_id: 'own', scope: 'openid email', resource: undefined };
const other = { id: 'confidential', secret: SECRET };

const ENDING = { clock: systemClock };

describe('a disabled client', () => {
  let server: TestServer;
  let party: RelyingParty;
  let api: Api;
  let parts: ClientParts;
  before(async () => {
    server = await startServer({ yaml: operatorDeclaration });
    party = new RelyingParty(server.issuer);
    api = new Api(server.issuer);
    parts = {
      db: server.db,
      clock: systemClock,
      endAccess: (id) => endClientArtifacts(server.db, id),
      endTokens: endClientTokens(ENDING),
    };
  });
  after(async () => {
    await expectInvariants(server.db);
    await server.close();
  });

  const knows = async (isKnown: boolean) =>
    until(`the server ${isKnown ? 'knows' : 'does not know'} it`, async () => {
      const { status } = await party.post('/oauth2/introspect', { token: 'x' }, shop);
      return (status === 200) === isKnown;
    });
  const introspected = async (token: string | undefined) => {
    const { status, body } = await party.post('/oauth2/introspect', { token: token ?? '' }, other);
    assert.equal(status, 200);
    return body;
  };

  it('is to every endpoint as one that nobody knows, with all that it holds; enabled, it is as it was', async () => {
    const { tokens, agent } = await obtainTokens(party, offline);
    const { tokens: forApi } = await obtainTokens(party, { ...offline, resource: `${server.issuer}/v1` });
    const elsewhere = { ...offline, scope: 'openid orders:read', resource: 'https://api.example.com' };
    const { access_token: jwt = '' } = (await obtainTokens(party, elsewhere)).tokens;
    const { code } = await obtainCode(party, offline);
    const waiting = new UserAgent(server.issuer);
    const page = await waiting.open(party.authorizeUrl(offline));
    const person = await newPerson(server.issuer);
    for (const token of [tokens['access_token'], jwt]) assert.equal((await introspected(token)).active, true);

    await disableClient(parts, 'own');
    await knows(false);
    const { refresh_token = '', access_token = '' } = tokens;
    for (const [what, { status, body }] of Object.entries({
      code: await party.exchange(code, shop),
      refresh: await party.token({ grant_type: 'refresh_token', refresh_token }, shop),
      introspect: await party.post('/oauth2/introspect', { token: access_token }, shop),
      revoke: await party.post('/oauth2/revoke', { token: refresh_token }, shop),
      par: await party.post('/oauth2/par', { response_type: 'code', redirect_uri: CALLBACK }, shop),
      challenge: await party.post('/oauth2/challenge', { email: person.email, password: person.password }, shop),
    }))
      assert.deepEqual([status, body.error], [401, 'invalid_client'], what);
    const userinfo = await fetch(`${server.issuer}/oauth2/userinfo`, { headers: bearer(access_token) });
    assert.equal(userinfo.status, 401);
    for (const token of [access_token, jwt])
      assert.deepEqual(await introspected(token), { active: false }, 'to whoever has its token, too');
    const me = await api.call('GET', '/v1/me', { headers: bearer(forApi['access_token'] ?? '') });
    assert.equal(me.status, 401);
    assert.equal((await api.post('/v1/accounts', {}, basic('own'))).status, 401);
    for (const begun of [await agent.open(party.authorizeUrl(offline)), await signInAt(waiting, page, person)]) {
      assert.equal(begun.status, 400, begun.url);
      assert.equal(begun.location, undefined, 'nobody is sent to it');
    }
    const out = await agent.get(`/oauth2/logout?${new URLSearchParams({ client_id: 'own' })}`);
    assert.equal(out.status, 400);
    const hinted = await agent.get(
      `/oauth2/logout?${new URLSearchParams({ id_token_hint: tokens['id_token'] ?? '' })}`,
    );
    assert.equal(hinted.status, 400);
    assert.equal((await agent.submit(await agent.open('/oauth2/logout'), { logout: 'yes' })).status, 200);

    await enableClient(parts, 'own');
    await knows(true);
    assert.deepEqual(await introspected(jwt), { active: false }, 'for APIs it has ended: the list has told them so');
    const later = await obtainTokens(party, offline);
    assert.equal((await introspected(later.tokens['access_token'])).active, true);
    assert.doesNotMatch(server.logs(), /"level":"error"/);
  });

  it('deleted, leaves whoever registers its id next no consent and no token', async () => {
    const made = {
      client_id: 'made',
      client_name: 'Made',
      token_endpoint_auth_method: 'none',
      redirect_uris: [CALLBACK],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      scope: 'openid email offline_access',
    };
    const request = { client_id: 'made', scope: 'openid email offline_access', prompt: 'consent' };
    const client = { id: 'made' };
    await createClient(parts, made);
    const agent = new UserAgent(server.issuer);
    const { code } = await obtainCode(party, request, agent);
    const { body: tokens } = await party.exchange(code, client);
    assert.ok(tokens.refresh_token);
    assert.equal(await deleteClient(parts, 'made'), undefined);
    await until('it is gone', async () => (await agent.open(party.authorizeUrl(request))).status === 400);
    await createClient(parts, made);
    await until('it is back', async () => (await agent.open(party.authorizeUrl(request))).status === 200);
    const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token }, client);
    assert.deepEqual([refreshed.status, refreshed.body.error], [400, 'invalid_grant']);
    assert.deepEqual(await introspected(tokens.access_token), { active: false });
    const asked = await agent.open(party.authorizeUrl({ ...request, prompt: undefined }));
    assert.match(asked.text, /name="decision"/, 'the same person, signed in, is asked again');
  });
});
