import assert from 'node:assert/strict';
import { cookieOf, plantCookie } from '../../support/cookies.ts';
import { answerOf, askSilently, newPerson, type Person, signIn, signInAt } from '../../support/people.ts';
import { freePort } from '../../support/ports.ts';
import { newEmail, obtainTokens, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'web', scope: 'openid email' };
const STALE = /<p class="notice bad">This page was open for too long/;

const proofOf = (page: Page) => /name="(?:_csrf|xsrf)" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
const actionOf = (page: Page) => /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';

/** Proofs that are none: absent, made up, changed, another browser's. */
function badProofs(own: string, anothers: string): Record<string, Record<string, string>> {
  const forms = ['_csrf', 'xsrf'].map((name) => ({
    [`an empty ${name}`]: { [name]: '' },
    [`a made-up ${name}`]: { [name]: 'A'.repeat(own.length) },
    [`half a ${name}`]: { [name]: own.slice(0, own.length / 2) },
    [`a changed ${name}`]: { [name]: (own.startsWith('a') ? 'b' : 'a') + own.slice(1) },
    [`another browser’s ${name}`]: { [name]: anothers },
    [`${name} as a list`]: { [`${name}[]`]: own },
  }));
  return { 'no proof': {}, ...forms[0], ...forms[1] };
}

describe('forms sent from elsewhere', () => {
  let server: TestServer;
  let party: RelyingParty;
  let ada: Person;
  let agent: UserAgent;
  let anothers: string;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
    ada = await newPerson(server.issuer);
    anothers = proofOf(await new UserAgent(server.issuer).open('/account/register'));
  });
  beforeEach(() => {
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  const open = () => agent.open(party.authorizeUrl(request));

  it('[35] have no proof in common: each browser has its own', async () => {
    const mine = proofOf(await open());
    assert.ok(mine.length >= 40 && anothers.length >= 40);
    assert.notEqual(mine, anothers);
    assert.notEqual(mine, (await cookieOf(agent, 'gatehouse_csrf')).value);
  });

  it('[35] sign nobody in, and keep the address but not the password', async () => {
    const page = await open();
    for (const [label, proof] of Object.entries(badProofs(proofOf(page), anothers))) {
      const again = await agent.post(page.url, { ...proof, ...ada });
      assert.equal(again.status, 400, label);
      assert.match(again.text, STALE, label);
      assert.match(again.text, new RegExp(`name="email"[^>]*value="${ada.email}"`, 's'), label);
      assert.ok(!again.text.includes(ada.password), label);
      assert.equal((await askSilently(agent, party, request))['error'], 'login_required', label);
    }
    const { last_login_at } = await server.db('users').where({ email: ada.email }).first();
    assert.equal(last_login_at, null);
    assert.match((await signInAt(agent, page, ada)).text, /name="decision"/, 'its own proof is good');
  });

  it('[35] cancel no sign-in', async () => {
    const page = await open();
    const again = await agent.post(page.url, { cancel: 'yes' });
    assert.deepEqual([again.status, again.location], [400, undefined]);
  });

  it('[35] register nobody, and keep name and address but not the password', async () => {
    const page = await agent.open('/account/register');
    const email = newEmail();
    const fields = { name: 'Ada “Countess” Lovelace', email, password: PASSWORD };
    for (const [label, proof] of Object.entries(badProofs(proofOf(page), anothers))) {
      const again = await agent.post('/account/register', { ...proof, ...fields });
      assert.equal(again.status, 422, label);
      assert.match(again.text, STALE, label);
      assert.ok(
        again.text.includes(`value="${email}"`) && again.text.includes('value="Ada “Countess” Lovelace"'),
        label,
      );
      assert.ok(!again.text.includes(PASSWORD), label);
      assert.deepEqual(await server.db('users').where({ email }), [], label);
    }
    assert.match((await agent.submit(page, fields)).text, /Your account is ready/);
  });

  it('[35] register nobody on the way to an application either', async () => {
    const page = await open();
    const uid = page.url.split('/').at(-1);
    const email = newEmail();
    const again = await agent.post(`/account/register?interaction=${uid}`, { email, password: PASSWORD });
    assert.equal(again.status, 422);
    assert.deepEqual(await server.db('users').where({ email }), []);
    assert.match((await agent.open(page.url)).text, /name="password"/);
  });

  it('[35] consent to nothing, and deny nothing', async () => {
    const page = await signInAt(agent, await open(), await newPerson(server.issuer));
    const consented = async () => (await askSilently(agent, party, request))['error'] !== 'consent_required';
    for (const decision of ['allow', 'deny']) {
      for (const [label, proof] of Object.entries(badProofs(proofOf(page), anothers))) {
        const again = await agent.post(page.url, { ...proof, decision });
        assert.equal(again.location, undefined, label);
        assert.match(again.text, /name="decision"/, label);
        assert.equal(await consented(), false, label);
      }
    }
    assert.ok(answerOf(await agent.submit(page, { decision: 'allow' }))['code'], 'its own proof is good');
  });

  it('[35] sign nobody out', async () => {
    await signIn(agent, party, request, ada);
    const other = new UserAgent(server.issuer);
    await signIn(other, party, request, ada);
    const theirs = proofOf(await other.open('/oauth2/logout'));
    const page = await agent.open('/oauth2/logout');
    for (const [label, proof] of Object.entries(badProofs(proofOf(page), theirs))) {
      for (const more of [{ logout: 'yes' }, {}] as Record<string, string>[]) {
        const answer = await agent.post(actionOf(page), { ...proof, ...more });
        assert.deepEqual([answer.status, answer.location], [400, undefined], label);
        assert.ok((await askSilently(agent, party, request))['code'], label);
      }
    }
    const stale = await agent.open('/oauth2/logout');
    const before = await agent.post(actionOf(page), { xsrf: proofOf(page), logout: 'yes' });
    assert.equal(before.status, 400, 'the proof of an earlier page');
    assert.equal((await agent.submit(stale, { logout: 'yes' })).status, 200);
    assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
  });

  it('[35] sign nobody out without having been asked for, or by GET', async () => {
    await signIn(agent, party, request, ada);
    for (const fields of [{ logout: 'yes' }, { logout: 'yes', xsrf: '' }, { logout: 'yes', xsrf: 'undefined' }]) {
      assert.equal((await agent.post('/oauth2/logout/confirm', fields as never)).status, 400);
    }
    assert.equal((await agent.get('/oauth2/logout/confirm?logout=yes')).status, 404);
    await agent.post('/oauth2/logout', { logout: 'yes' });
    assert.ok((await askSilently(agent, party, request))['code']);
  });

  it('[35] are not helped by a cookie that somebody planted', async () => {
    const page = await open();
    const attacker = new UserAgent(server.issuer);
    const theirs = await attacker.open('/account/register');
    const planted = { key: 'gatehouse_csrf', value: 'planted-by-a-sibling-of-our-domain', path: '/' };
    await plantCookie(agent, server.issuer, planted);
    for (const _csrf of [planted.value, proofOf(theirs), proofOf(page)]) {
      assert.match((await agent.post(page.url, { _csrf, ...ada })).text, STALE);
    }
    assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
  });

  it('[35] are not helped by another form of sending', async () => {
    const page = await open();
    const own = { _csrf: proofOf(page), ...ada };
    const cookie = await agent.jar.getCookieString(page.url);
    const send = (body: string | FormData, headers: Record<string, string>) =>
      fetch(page.url, { method: 'POST', redirect: 'manual', body, headers: { cookie, ...headers } });
    const bodies = [
      await send(JSON.stringify(own), { 'content-type': 'application/json' }),
      await send(JSON.stringify(own), { 'content-type': 'text/plain' }),
      await send(new URLSearchParams(own).toString(), { 'content-type': 'text/plain' }),
    ];
    for (const answer of bodies) {
      assert.ok(answer.status >= 400, String(answer.status));
      assert.equal(answer.headers.get('location'), null);
    }
    const inAddress = await agent.get(`${page.url}?${new URLSearchParams(own)}`);
    assert.match(inAddress.text, /name="password"/);
    const proofInAddress = await agent.post(`${page.url}?_csrf=${own._csrf}`, { ...ada });
    assert.match(proofInAddress.text, STALE);
    assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
  });

  it('[35] are not sent with our cookies: those are SameSite, and no script reads them', async () => {
    const answers = [await agent.get(party.authorizeUrl(request)), await agent.get('/account/register')];
    const { headers } = await agent.get(answers[0]?.location ?? '');
    const cookies = [...answers.flatMap((answer) => answer.headers.getSetCookie()), ...headers.getSetCookie()];
    assert.ok(cookies.length >= 6);
    for (const cookie of cookies) assert.match(cookie, /; samesite=lax.*; httponly|; httponly.*; samesite=lax/i);
  });

  describe('of the demo', () => {
    let demo: TestServer;
    before(async () => {
      const PORT = String(await freePort());
      const base = `http://localhost:${PORT}/demo`;
      const yaml = `
clients:
  - client_id: demo-web
    redirect_uris: [${base}/callback]
    post_logout_redirect_uris: [${base}]
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email demo:read
resources:
  - identifier: ${base}/api
    scopes: [demo:read]`;
      demo = await startServer({ yaml, env: { PORT } });
    });
    after(() => demo.close());

    it('[35] refresh nothing, call nothing and sign nobody out', async () => {
      const browser = new UserAgent(demo.issuer);
      const consent = await signInAt(browser, await browser.open('/demo/start'), await newPerson(demo.issuer));
      const home = await browser.submit(consent, { decision: 'allow' });
      assert.match(home.text, /You’re signed in to/);
      for (const path of ['/demo/call-api', '/demo/refresh', '/demo/sign-out']) {
        for (const proof of [{}, { _csrf: '' }, { _csrf: anothers }] as Record<string, string>[]) {
          const after = await browser.follow(await browser.post(path, proof));
          assert.equal(after.url, `${demo.issuer}/demo`, path);
          assert.match(after.text, /You’re signed in to/, path);
          assert.doesNotMatch(after.text, /were refreshed|The API answered/, path);
        }
      }
      const called = await browser.follow(await browser.post('/demo/call-api', { _csrf: proofOf(home) }));
      assert.match(called.text, /The API answered 200/);
    });

    it('[13] refuses an ID token, and a token for another audience, at an API', async () => {
      const relying = new RelyingParty(demo.issuer);
      const redirect_uri = `${demo.issuer}/demo/callback`;
      const me = async (token: string | undefined) =>
        (await fetch(`${demo.issuer}/demo/api/me`, { headers: { authorization: `Bearer ${token}` } })).status;
      const browser = new UserAgent(demo.issuer);
      const tokensFor = async (more: Record<string, string>) => {
        const demoRequest = { client_id: 'demo-web', redirect_uri, ...more };
        const page = await browser.get(relying.authorizeUrl(demoRequest));
        const at = page.location?.includes('/interaction/') ? await browser.open(page.location) : page;
        const back = at.text.includes('name="password"') ? await signInAtWithoutCallback(browser, at) : at;
        const { code = '' } = answerOf(back);
        return (await relying.exchange(code, { id: 'demo-web' }, { redirect_uri })).body;
      };
      const forApi = await tokensFor({ scope: 'openid demo:read', resource: `${demo.issuer}/demo/api` });
      const forUserinfo = await tokensFor({ scope: 'openid', prompt: 'none' });
      assert.equal(await me(forApi.access_token), 200);
      for (const token of [forApi.id_token, forApi.refresh_token, forUserinfo.access_token, forUserinfo.id_token]) {
        assert.ok(token);
        assert.equal(await me(token), 401);
      }
    });

    /** The demo's own callback would take the code: stop at the redirect that carries it. */
    const signInAtWithoutCallback = async (browser: UserAgent, page: Page) => {
      const person = await newPerson(demo.issuer);
      let at = await browser.post(page.url, { _csrf: proofOf(page), ...person });
      for (let hops = 0; hops < 8 && !at.location?.includes('code='); hops += 1) {
        at = at.location
          ? await browser.get(at.location)
          : await browser.post(at.url, { _csrf: proofOf(at), decision: 'allow' });
      }
      return at;
    };
  });
});

describe('signed-in people', () => {
  it('[35] are not signed in as somebody else by a form of an attacker’s', async () => {
    const server = await startServer();
    try {
      const party = new RelyingParty(server.issuer);
      const { agent } = await obtainTokens(party, request);
      const attacker = new UserAgent(server.issuer);
      const mallory = await newPerson(server.issuer);
      const theirs = await attacker.open(party.authorizeUrl(request));
      const forced = await agent.post(theirs.url, { _csrf: proofOf(theirs), ...mallory });
      assert.deepEqual([forced.status, forced.location], [400, undefined]);
      const own = await agent.open(party.authorizeUrl({ ...request, prompt: 'login' }));
      const swapped = await agent.post(own.url, { _csrf: proofOf(theirs), ...mallory });
      assert.match(swapped.text, STALE);
      assert.ok((await askSilently(agent, party, request))['code']);
    } finally {
      await server.close();
    }
  });
});
