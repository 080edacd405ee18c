import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cookieKeysOf, cookieOf, plantCookie, signatureOf } from '../../support/cookies.ts';
import { askSilently } from '../../support/people.ts';
import { obtainCode, obtainTokens, RelyingParty, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const API = 'https://api.example.com';
const request = { client_id: 'confidential', scope: 'openid profile email offline_access' };
const client = { id: 'confidential', secret: secretOf('confidential') };

/** One live value of every kind there is. */
async function everyKind(server: TestServer, party: RelyingParty) {
  const { tokens, agent } = await obtainTokens(party, request);
  const { code } = await obtainCode(party, request, agent);
  const api = { client_id: 'web', scope: 'openid orders:read', resource: API };
  const { tokens: forApi } = await obtainTokens(new RelyingParty(server.issuer), api);
  const { searchParams } = new URL(party.authorizeUrl(request));
  const { body: pushed } = await party.post('/oauth2/par', Object.fromEntries(searchParams), client);
  const waiting = new UserAgent(server.issuer);
  await waiting.open(party.authorizeUrl(request));
  const machine = { grant_type: 'client_credentials', resource: API, scope: 'orders:read' };
  const { body: service } = await party.token(machine, { id: 'service', secret: secretOf('service') });
  return {
    'session cookie': (await cookieOf(agent, 'gatehouse_session')).value,
    interaction: (await cookieOf(waiting, 'gatehouse_interaction')).value,
    code: code,
    'refresh token': tokens['refresh_token'] ?? '',
    'access token': tokens['access_token'] ?? '',
    'ID token': tokens['id_token'] ?? '',
    'token for an API': forApi['access_token'] ?? '',
    'machine’s token': String(service.access_token),
    'pushed request': String(pushed.request_uri).replace('urn:ietf:params:oauth:request_uri:', ''),
  };
}

type Kind = keyof Awaited<ReturnType<typeof everyKind>>;

describe('kinds of tokens', () => {
  let server: TestServer;
  let party: RelyingParty;
  let kinds: Record<Kind, string>;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
    kinds = await everyKind(server, party);
    for (const [kind, value] of Object.entries(kinds)) assert.ok(value.length > 20, `there is no ${kind}: ${value}`);
  });
  after(() => server.close());

  const userinfo = (token: string) =>
    fetch(`${server.issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${token}` } });
  const introspect = (token: string, hint = '') =>
    party.post('/oauth2/introspect', { token, token_type_hint: hint }, client);
  const others = (...kind: Kind[]) => Object.entries(kinds).filter(([name]) => !kind.includes(name as Kind));
  /** As the database names it: nobody outside may. */
  const byDigest = (value: string) => `#${createHash('sha256').update(value).digest('hex')}`;

  it('[13] refuses an ID token as an access token at UserInfo, in the header and in the form', async () => {
    const inHeader = await userinfo(kinds['ID token']);
    assert.equal(inHeader.status, 401);
    assert.match(inHeader.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
    const body = new URLSearchParams({ access_token: kinds['ID token'] });
    assert.equal((await fetch(`${server.issuer}/oauth2/userinfo`, { method: 'POST', body })).status, 401);
  });

  it('[13] tells nothing of an ID token at introspection', async () => {
    for (const hint of ['', 'access_token', 'refresh_token', 'id_token']) {
      const { body } = await introspect(kinds['ID token'], hint);
      assert.ok(body.active !== true && body.sub === undefined, JSON.stringify(body));
    }
  });

  it('[13] refuses at UserInfo a token that is for an API, a person’s or a machine’s', async () => {
    for (const kind of ['token for an API', 'machine’s token'] as const) {
      const answer = await userinfo(kinds[kind]);
      assert.equal(answer.status, 401, kind);
      assert.match(answer.headers.get('www-authenticate') ?? '', /error="invalid_token"/);
    }
  });

  it('[13] takes a token at UserInfo from no address', async () => {
    const inAddress = await fetch(`${server.issuer}/oauth2/userinfo?access_token=${kinds['access token']}`);
    assert.equal(inAddress.status, 400);
    assert.equal((await userinfo(kinds['access token'])).status, 200);
  });

  it('[13] puts the audience that was asked for into a token, and takes no undeclared one', async () => {
    const url = party.authorizeUrl({ ...request, scope: 'openid orders:read', resource: 'https://evil.example' });
    const page = await new UserAgent(server.issuer).get(url);
    assert.equal(new URL(page.location ?? '').searchParams.get('error'), 'invalid_target');
    const machine = { grant_type: 'client_credentials', resource: 'https://evil.example', scope: 'orders:read' };
    const { body } = await party.token(machine, { id: 'service', secret: secretOf('service') });
    assert.equal(body.error, 'invalid_target');
  });

  it('[14] takes nothing but a code for a code', async () => {
    for (const [kind, value] of others('code')) {
      const { status, body } = await party.exchange(value, client);
      assert.deepEqual([status, body.error], [400, 'invalid_grant'], kind);
    }
  });

  it('[14] takes nothing but a refresh token for a refresh token', async () => {
    for (const [kind, value] of others('refresh token')) {
      const { status, body } = await party.token({ grant_type: 'refresh_token', refresh_token: value }, client);
      assert.deepEqual([status, body.error], [400, 'invalid_grant'], kind);
    }
  });

  it('[14] takes nothing but an access token for an access token', async () => {
    for (const [kind, value] of others('access token')) assert.equal((await userinfo(value)).status, 401, kind);
  });

  it('[14] tells of nothing but access and refresh tokens', async () => {
    for (const [kind, value] of others('access token', 'refresh token', 'token for an API', 'machine’s token')) {
      for (const hint of ['', 'access_token', 'refresh_token', 'authorization_code', 'session']) {
        const { body } = await introspect(value, hint);
        assert.ok(body.active !== true && body.sub === undefined, `${kind}: ${JSON.stringify(body)}`);
      }
    }
  });

  it('[14] takes nothing but a pushed request for a pushed request', async () => {
    for (const [kind, value] of others('pushed request')) {
      const request_uri = `urn:ietf:params:oauth:request_uri:${value}`;
      const url = `${server.issuer}/oauth2/authorize?${new URLSearchParams({ client_id: 'confidential', request_uri })}`;
      const page = await new UserAgent(server.issuer).get(url);
      assert.deepEqual([page.status, page.location], [400, undefined], kind);
      assert.match(page.text, /invalid_request_uri/, kind);
    }
  });

  const signed = async (name: string, value: string, path = '/') => {
    const agent = new UserAgent(server.issuer);
    const [key = ''] = cookieKeysOf(server.config);
    await plantCookie(agent, server.issuer, { key: name, value, path });
    await plantCookie(agent, server.issuer, { key: `${name}.sig`, value: signatureOf(key, name, value), path });
    return agent;
  };

  it('[14] takes nothing but a session for a session, even with a signature', async () => {
    const itself = await signed('gatehouse_session', kinds['session cookie']);
    assert.ok((await askSilently(itself, party, request))['code'], 'the signature of this test is good');
    for (const [kind, value] of others('session cookie')) {
      const agent = await signed('gatehouse_session', value);
      assert.equal((await askSilently(agent, party, request))['error'], 'login_required', kind);
    }
  });

  it('[14] takes nothing but an interaction for an interaction, even with a signature', async () => {
    const uid = kinds['interaction'];
    const itself = await signed('gatehouse_interaction', uid, `/interaction/${uid}`);
    assert.equal((await itself.get(`/interaction/${uid}`)).status, 200, 'the signature of this test is good');
    for (const [kind, value] of others('interaction')) {
      const path = `/interaction/${value}`;
      assert.equal((await (await signed('gatehouse_interaction', value, path)).get(path)).status, 400, kind);
      const resume = await signed('gatehouse_resume', value, `/oauth2/authorize/${value}`);
      const page = await resume.get(`/oauth2/authorize/${value}`);
      assert.deepEqual([page.status, page.location], [400, undefined], kind);
    }
  });

  it('[14] opens nothing by the name that the database has for it', async () => {
    for (const [kind, value] of Object.entries(kinds)) {
      const name = byDigest(value);
      assert.equal((await party.exchange(name, client)).body.error, 'invalid_grant', kind);
      const refresh = await party.token({ grant_type: 'refresh_token', refresh_token: name }, client);
      assert.equal(refresh.body.error, 'invalid_grant', kind);
      assert.equal((await userinfo(name)).status, 401, kind);
      assert.equal((await introspect(name)).body.active, false, kind);
      await party.post('/oauth2/revoke', { token: name }, client);
      const session = await signed('gatehouse_session', name);
      assert.equal((await askSilently(session, party, request))['error'], 'login_required', kind);
      const interaction = await signed('gatehouse_interaction', name, '/');
      assert.equal((await interaction.get(`/interaction/${kinds['interaction']}`)).status, 400, kind);
      const request_uri = `urn:ietf:params:oauth:request_uri:${name}`;
      const par = await new UserAgent(server.issuer).get(
        `/oauth2/authorize?${new URLSearchParams({ client_id: 'confidential', request_uri })}`,
      );
      assert.deepEqual([par.status, par.location], [400, undefined], kind);
    }
  });

  it('[14] leaves everything as it was after all of that', async () => {
    assert.equal((await userinfo(kinds['access token'])).status, 200);
    assert.equal((await introspect(kinds['refresh token'])).body.active, true);
    assert.equal((await party.exchange(kinds['code'], client)).status, 200);
    const refresh = { grant_type: 'refresh_token', refresh_token: kinds['refresh token'] };
    assert.equal((await party.token(refresh, client)).status, 200);
    const itself = await signed('gatehouse_session', kinds['session cookie']);
    assert.ok((await askSilently(itself, party, request))['code']);
  });
});
