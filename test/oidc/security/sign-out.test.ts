import assert from 'node:assert/strict';
import { generateKeyPair, SignJWT } from 'jose';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { cookieOf } from '../../support/cookies.ts';
import { askSilently } from '../../support/people.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'web', scope: 'openid email' };
const BYE = 'https://app.example/bye';

describe('signing out', () => {
  let server: TestServer;
  let party: RelyingParty;
  let timers: SinonFakeTimers | undefined;
  before(async () => {
    server = await startServer();
  });
  beforeEach(() => {
    party = new RelyingParty(server.issuer);
  });
  afterEach(() => {
    timers?.restore();
    timers = undefined;
  });
  after(() => server.close());

  const logout = (agent: UserAgent, query: Record<string, string>) =>
    agent.get(`/oauth2/logout?${new URLSearchParams(query)}`);
  const isSignedIn = async (agent: UserAgent) => (await askSilently(agent, party, request))['code'] !== undefined;
  const expectQuestion = (page: Page, label: string) => {
    assert.deepEqual([page.status, page.location], [200, undefined], label);
    assert.match(page.text, /<h1>Sign out\?<\/h1>/, label);
  };
  const expectRefusal = (page: Page, label: string) => {
    assert.deepEqual([page.status, page.location], [400, undefined], label);
    assert.doesNotMatch(page.text, /<form/, label);
  };

  it('[21] asks, with a hint and without one', async () => {
    const { agent, tokens } = await obtainTokens(party, request);
    const id_token_hint = tokens['id_token'] ?? '';
    const queries: Record<string, string>[] = [
      {},
      { client_id: 'web' },
      { id_token_hint },
      { id_token_hint, client_id: 'web', post_logout_redirect_uri: BYE, state: 's' },
      { client_id: 'web', post_logout_redirect_uri: BYE },
      { logout: 'yes' },
      { logout_hint: 'somebody@example.com' },
    ];
    for (const query of queries) {
      expectQuestion(await logout(agent, query), JSON.stringify(query));
      assert.ok(await isSignedIn(agent), JSON.stringify(query));
    }
  });

  it('[21] signs out who says yes, and nobody who says no', async () => {
    const { agent, tokens } = await obtainTokens(party, request);
    const before = (await cookieOf(agent, 'gatehouse_session')).value;
    const no = await agent.submit(await logout(agent, {}), {});
    assert.equal(no.status, 200);
    assert.ok(await isSignedIn(agent));
    const asked = await logout(agent, {
      id_token_hint: tokens['id_token'] ?? '',
      post_logout_redirect_uri: BYE,
      state: 's',
    });
    const yes = await agent.submit(asked, { logout: 'yes' });
    assert.equal(yes.location, `${BYE}?state=s`);
    assert.equal(await isSignedIn(agent), false);
    assert.ok(before);
  });

  it('[21] ends the session at the server, so that its cookie is worth nothing to whoever kept it', async () => {
    const { agent, tokens } = await obtainTokens(party, { client_id: 'confidential', scope: 'openid email' });
    const thief = new UserAgent(server.issuer);
    thief.jar.removeAllCookiesSync();
    for (const cookie of await agent.jar.getCookies(server.issuer)) await thief.jar.setCookie(cookie, server.issuer);
    assert.ok(await isSignedInAs(thief, 'confidential'));
    await agent.submit(await logout(agent, {}), { logout: 'yes' });
    assert.equal(await isSignedInAs(thief, 'confidential'), false);
    const userinfo = await fetch(`${server.issuer}/oauth2/userinfo`, {
      headers: { authorization: `Bearer ${tokens['access_token']}` },
    });
    assert.equal(userinfo.status, 401);
  });
  const isSignedInAs = async (agent: UserAgent, client_id: string) =>
    (await askSilently(agent, party, { client_id, scope: 'openid email' }))['code'] !== undefined;

  it('[21] rejects a hint that was modified, whatever was changed about it', async () => {
    const { agent, tokens } = await obtainTokens(party, request);
    const [header = '', payload = '', signature = ''] = tokens['id_token']?.split('.') ?? [];
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString());
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const { privateKey } = await generateKeyPair('RS256');
    const bent = {
      'another subject': [header, encode({ ...claims, sub: 'somebody' }), signature].join('.'),
      'another expiry': [header, encode({ ...claims, exp: claims.exp + 1 }), signature].join('.'),
      'another signature': [header, payload, `${signature.slice(0, -8)}AAAAAAAA`].join('.'),
      'half a signature': [header, payload, signature.slice(0, 100)].join('.'),
      'no signature': [header, payload, ''].join('.'),
      'alg none': [encode({ alg: 'none' }), payload, ''].join('.'),
      'two parts': [header, payload].join('.'),
      'another’s key': await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      'a symmetric key': await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('web')),
      nonsense: 'nonsense',
      'a token for an API': (await apiToken())['access_token'] ?? '',
    };
    for (const [label, id_token_hint] of Object.entries(bent)) {
      for (const more of [{}, { client_id: 'web' }, { post_logout_redirect_uri: BYE }]) {
        expectRefusal(await logout(agent, { id_token_hint, ...more }), label);
      }
    }
    assert.ok(await isSignedIn(agent));
  });

  const apiToken = async () => {
    const api = { client_id: 'web', scope: 'openid orders:read', resource: 'https://api.example.com' };
    return (await obtainTokens(new RelyingParty(server.issuer), api)).tokens;
  };

  it('[21] rejects a hint of another client than the one that is named', async () => {
    const { agent, tokens } = await obtainTokens(party, request);
    const id_token_hint = tokens['id_token'] ?? '';
    for (const client_id of ['other', 'confidential', 'nobody']) {
      expectRefusal(await logout(agent, { id_token_hint, client_id }), client_id);
    }
    const theirs = { id_token_hint, client_id: 'other', post_logout_redirect_uri: BYE };
    expectRefusal(await logout(agent, theirs), 'with an address');
    assert.ok(await isSignedIn(agent));
  });

  it('[21] takes a hint that has expired, and asks all the same', async () => {
    timers = useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const { agent, tokens } = await obtainTokens(party, request);
    timers.tick(24 * 60 * 60 * 1000);
    const query = { id_token_hint: tokens['id_token'] ?? '', post_logout_redirect_uri: BYE };
    const asked = await logout(agent, query);
    expectQuestion(asked, 'a day later');
    assert.equal((await agent.submit(asked, { logout: 'yes' })).location, BYE);
  });

  it('[21] asks the person who is signed in, whoever the hint is of', async () => {
    const { agent } = await obtainTokens(party, request);
    const { tokens: theirs } = await obtainTokens(new RelyingParty(server.issuer), request);
    expectQuestion(await logout(agent, { id_token_hint: theirs['id_token'] ?? '' }), 'another person’s hint');
    assert.ok(await isSignedIn(agent));
  });

  it('[21] goes to no address that the client did not register', async () => {
    const { agent, tokens } = await obtainTokens(party, request);
    const id_token_hint = tokens['id_token'] ?? '';
    for (const uri of [
      'https://evil.example/',
      'https://app.example/callback',
      `${BYE}/`,
      `${BYE}?x=1`,
      `${BYE}#x`,
      'https://app.example/BYE',
      'https://app.example/x/../bye',
      'http://app.example/bye',
      'https://app.example@evil.example/bye',
    ]) {
      expectRefusal(await logout(agent, { id_token_hint, post_logout_redirect_uri: uri }), `hint, ${uri}`);
      expectRefusal(await logout(agent, { client_id: 'web', post_logout_redirect_uri: uri }), `client, ${uri}`);
      expectRefusal(await logout(agent, { client_id: 'other', post_logout_redirect_uri: BYE }), 'another client’s');
    }
  });

  it('[21] does not go to an address, registered or not, when no client is named', async () => {
    for (const post_logout_redirect_uri of [BYE, 'https://evil.example/']) {
      const { agent } = await obtainTokens(party, request);
      const done = await agent.submit(await logout(agent, { post_logout_redirect_uri }), { logout: 'yes' });
      assert.deepEqual([done.status, done.url], [200, `${server.issuer}/oauth2/logout/success`]);
    }
  });

  it('[21] shows who is signed in to nobody else, and tells a stranger nothing', async () => {
    const { tokens } = await obtainTokens(party, request);
    const stranger = new UserAgent(server.issuer);
    const page = await logout(stranger, { id_token_hint: tokens['id_token'] ?? '' });
    assert.doesNotMatch(page.text, /@example\.com/);
    assert.equal(await isSignedIn(stranger), false);
  });
});
