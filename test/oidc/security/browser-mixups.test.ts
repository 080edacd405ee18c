import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { allCookies, cookieOf, plantCookie, type StoredCookie } from '../../support/cookies.ts';
import { answerOf, askSilently, newPerson, type Person, signIn, signInAt, switchAt } from '../../support/people.ts';
import { consentAt, newEmail, obtainTokens, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'web', scope: 'openid email' };

describe('browsers and people mixed up', () => {
  let server: TestServer;
  let party: RelyingParty;
  let agent: UserAgent;
  let [ada, bob]: [Person, Person] = [] as unknown as [Person, Person];
  let ids: Record<'ada' | 'bob', string>;
  before(async () => {
    server = await startServer();
    [ada, bob] = [await newPerson(server.issuer), await newPerson(server.issuer)];
    ids = { ada: await idOf(ada), bob: await idOf(bob) };
  });
  beforeEach(() => {
    party = new RelyingParty(server.issuer);
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  const idOf = async ({ email }: Person) => String((await server.db('users').where({ email }).first()).id);
  const open = (more: Record<string, string> = {}, by = agent) => by.open(party.authorizeUrl({ ...request, ...more }));

  /** Whose tokens the application gets with what it was called back with. */
  const whose = async (page: Page) => {
    const { code = '', state } = answerOf(page);
    const { status, body } = await party.exchange(code, { id: 'web' });
    assert.equal(status, 200, `${page.status} ${page.url} ${page.location} ${page.text}`);
    const headers = { authorization: `Bearer ${body.access_token}` };
    const userinfo = (await (await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).json()) as { sub: string };
    const { sub, nonce } = decodeJwt(body.id_token);
    assert.equal(userinfo.sub, sub);
    return { sub, nonce, state, tokens: body as Record<string, string> };
  };
  const expectLost = (page: Page, label = page.url) => {
    assert.deepEqual([page.status, page.location], [400, undefined], label);
    assert.match(page.text, /<h1>Please sign in again<\/h1>/, label);
    assert.doesNotMatch(page.text, /<form|stack|Error:/, label);
  };

  describe('two people at one browser', () => {
    it('[32] gives the second one’s tokens to the second sign-in, and ends the first one’s session', async () => {
      const first = await whose(await signIn(agent, party, request, ada));
      assert.equal(first.sub, ids.ada);
      const second = await whose(
        await signIn(agent, party, { ...request, prompt: 'login', nonce: 'two', state: 'two' }, bob),
      );
      assert.deepEqual([second.sub, second.nonce, second.state], [ids.bob, 'two', 'two']);
      const silent = await whose(await open({ prompt: 'none' }));
      assert.equal(silent.sub, ids.bob);
      const refresh = { grant_type: 'refresh_token', refresh_token: first.tokens['refresh_token'] ?? '' };
      assert.equal((await party.token(refresh, { id: 'web' })).body.error, 'invalid_grant');
    });

    it('[32] asks the second one’s consent, whatever the first one gave', async () => {
      await signIn(agent, party, request, ada);
      const page = await switchAt(
        agent,
        await signInAt(agent, await open({ prompt: 'login' }), await newPerson(server.issuer)),
      );
      assert.match(page.text, /name="decision"/);
      assert.doesNotMatch(page.text, new RegExp(ada.email));
    });

    it('[32] gives nobody’s tokens to a sign-in that changes hands and is not gone on with', async () => {
      await signIn(agent, party, request, ada);
      const between = await signInAt(agent, await open({ prompt: 'login', state: 'bobs' }), bob);
      assert.equal(answerOf(between)['code'], undefined);
      const again = await agent.get(between.url);
      assert.equal(answerOf(again)['code'], undefined);
      assert.equal((await whose(await open({ prompt: 'none' }))).sub, ids.ada);
    });

    it('[32] keeps two sign-ins apart that were open at once', async () => {
      const [one, two] = [await open({ state: 'one', nonce: 'one' }), await open({ state: 'two', nonce: 'two' })];
      const adas = await whose(await consentAt(agent, await signInAt(agent, one, ada)));
      const switched = await switchAt(agent, await signInAt(agent, two, bob));
      const bobs = await whose(await consentAt(agent, switched));
      assert.deepEqual([adas.sub, adas.state, adas.nonce], [ids.ada, 'one', 'one']);
      assert.deepEqual([bobs.sub, bobs.state, bobs.nonce], [ids.bob, 'two', 'two']);
    });

    it('[32] lets nobody consent for the one who was signed in before', async () => {
      const [carol, dave] = [await newPerson(server.issuer), await newPerson(server.issuer)];
      const [one, two] = [await open({ state: 'one' }), await open({ state: 'two' })];
      const asked = await signInAt(agent, one, carol);
      assert.match(asked.text, new RegExp(carol.email));
      const daves = await switchAt(agent, await signInAt(agent, two, dave));
      assert.match(daves.text, new RegExp(dave.email));
      const stale = await agent.submit(asked, { decision: 'allow' });
      assert.equal(answerOf(stale)['code'], undefined);
      expectLost(stale);
      expectLost(await agent.get(asked.url));
      assert.equal((await whose(await consentAt(agent, daves))).sub, await idOf(dave));
    });

    it('[32] lets nobody resume at the address of the one who was signed in before', async () => {
      await signIn(agent, party, request, ada);
      const page = await open({ prompt: 'login' });
      const uid = page.url.split('/').at(-1);
      const answered = await agent.post(page.url, { ...csrfOf(page), email: ada.email, password: ada.password });
      assert.equal(answered.location, `${server.issuer}/oauth2/authorize/${uid}`);
      await switchAt(agent, await signIn(agent, party, { ...request, prompt: 'login' }, bob));
      const resumed = await agent.get(answered.location ?? '');
      assert.equal(answerOf(resumed)['code'], undefined);
      expectLost(resumed);
    });

    it('[32] signs in who registers, not who was signed in before', async () => {
      await signIn(agent, party, request, ada);
      const email = newEmail();
      const asked = await open({ prompt: 'login' });
      const form = await agent.open(asked.url.replace('/interaction/', '/account/register?interaction='));
      const page = await switchAt(agent, await agent.submit(form, { email, password: PASSWORD }));
      const { sub } = await whose(await consentAt(agent, page));
      assert.equal(sub, await idOf({ email, password: PASSWORD }));
    });

    it('[32] gives a first-party application the tokens of who is there now', async () => {
      const own = { client_id: 'own', scope: 'openid email' };
      await signIn(agent, party, own, ada);
      const back = await signIn(agent, party, { ...own, prompt: 'login' }, bob);
      const secret = server.config.clients.find(({ client_id }) => client_id === 'own')?.client_secret;
      const { body } = await party.exchange(answerOf(back)['code'] ?? '', { id: 'own', secret });
      assert.equal(decodeJwt(body.id_token).sub, ids.bob);
    });

    it('[32] takes no hint at another person for the one who is there', async () => {
      const { tokens } = await whose(await signIn(agent, party, request, ada));
      const other = new UserAgent(server.issuer);
      await signIn(other, party, request, bob);
      const url = party.authorizeUrl({ ...request, prompt: 'none', id_token_hint: tokens['id_token'] });
      assert.equal(answerOf(await other.open(url))['error'], 'login_required');
    });
  });

  describe('cookies that are not what they were', () => {
    /** Each makes of a cookie's value another one, or undefined to take it away. */
    const forgeries: Readonly<Record<string, (value: string) => string>> = {
      'another letter': (value) => (value.startsWith('A') ? 'B' : 'A') + value.slice(1),
      'half of it': (value) => value.slice(0, value.length / 2),
      'a letter more': (value) => `${value}A`,
      nothing: () => '',
      'many letters': () => 'A'.repeat(2000),
      'what a database may trip over': () => "%00'--",
      'a list': (value) => `${value},${value}`,
      quoted: (value) => `"${value.slice(1)}"`,
      'a prototype': () => '__proto__',
    };

    const forge = async (cookie: StoredCookie, value: string) =>
      plantCookie(agent, server.issuer, { ...cookie, value });

    for (const [label, change] of Object.entries(forgeries)) {
      for (const suffix of ['', '.sig']) {
        it(`[34] does not go on with an interaction whose cookie${suffix} is ${label}`, async () => {
          const page = await open();
          const cookie = await cookieOf(agent, `gatehouse_interaction${suffix}`);
          await forge(cookie, change(cookie.value));
          expectLost(await agent.get(page.url));
          expectLost(await agent.submit(page, ada as never));
          assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
        });

        it(`[34] does not resume with a cookie${suffix} that is ${label}`, async () => {
          const page = await open();
          const cookie = await cookieOf(agent, `gatehouse_resume${suffix}`);
          await forge(cookie, change(cookie.value));
          expectLost(await signInAt(agent, page, ada));
          assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
        });

        it(`[34] knows nobody by a session cookie${suffix} that is ${label}`, async () => {
          await signIn(agent, party, request, ada);
          const cookie = await cookieOf(agent, `gatehouse_session${suffix}`);
          await forge(cookie, change(cookie.value));
          assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
          assert.match((await open()).text, /name="password"/);
        });
      }

      it(`[34] takes no form with a csrf cookie that is ${label}`, async () => {
        const page = await open();
        const cookie = await cookieOf(agent, 'gatehouse_csrf');
        await forge(cookie, change(cookie.value));
        const again = await signInAt(agent, page, ada);
        assert.equal(again.status, 400);
        assert.match(again.text, /open for too long/);
        assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
      });

      it(`[34] signs nobody in by a registration whose cookie is ${label}`, async () => {
        const page = await open();
        const cookie = await registeredCookie(page);
        await forge(cookie, change(cookie.value));
        const back = await agent.open(page.url);
        assert.equal(back.status, 200);
        assert.match(back.text, /name="password"/);
        assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
      });
    }

    /** Registers on the way to `page`, and stops before going on. */
    const registeredCookie = async (page: Page) => {
      const uid = page.url.split('/').at(-1);
      const form = await agent.open(`/account/register?interaction=${uid}`);
      const fields = { ...csrfOf(form), name: '', email: newEmail(), password: PASSWORD };
      const answer = await agent.post(`/account/register?interaction=${uid}`, fields);
      assert.equal(answer.location, page.url);
      return cookieOf(agent, 'gatehouse_registered');
    };

    it('[34] signs in as nobody else by a registration that names another account or interaction', async () => {
      const page = await open();
      const cookie = await registeredCookie(page);
      const [uid = '', , until = ''] = cookie.value.split('.');
      for (const value of [[uid, ids.bob, until].join('.'), [uid, ids.bob, '99999999999'].join('.')]) {
        await forge(cookie, value);
        assert.match((await agent.open(page.url)).text, /name="password"/);
      }
      await forge(cookie, cookie.value);
      assert.match((await agent.open(page.url)).text, /name="decision"/, 'the cookie itself is good');
    });

    it('[34] signs nobody in by somebody else’s registration, signed as it is', async () => {
      const attacker = new UserAgent(server.issuer);
      const victims = await open();
      const theirs = await open({}, attacker);
      const form = await attacker.open(theirs.url.replace('/interaction/', '/account/register?interaction='));
      await attacker.post(form.url, { ...csrfOf(form), email: newEmail(), password: PASSWORD });
      for (const name of ['gatehouse_registered', 'gatehouse_registered.sig']) {
        const { value } = await cookieOf(attacker, name);
        await plantCookie(agent, server.issuer, { key: name, value, path: new URL(victims.url).pathname });
      }
      assert.match((await agent.open(victims.url)).text, /name="password"/);
      assert.match((await attacker.open(theirs.url)).text, /name="decision"/, 'the cookie itself is good');
    });

    it('[34] signs in by a registration once, and within five minutes', async () => {
      let now = Date.now();
      const clocked = await startServer({ clock: { now: () => new Date(now) } });
      try {
        const browser = new UserAgent(clocked.issuer);
        const page = await browser.open(new RelyingParty(clocked.issuer).authorizeUrl(request));
        const form = await browser.open(page.url.replace('/interaction/', '/account/register?interaction='));
        const fields = { ...csrfOf(form), email: newEmail(), password: PASSWORD };
        const answer = await browser.post(form.url, fields);
        now += 301_000;
        assert.match((await browser.open(answer.location ?? '')).text, /name="password"/);
      } finally {
        await clocked.close();
      }
    });

    it('[34] takes one kind of signed cookie for no other', async () => {
      await signIn(agent, party, request, ada);
      const page = await open({ prompt: 'login' });
      const cookies = (await allCookies(agent)).filter(({ key }) => !key.endsWith('.sig'));
      const names = ['gatehouse_session', 'gatehouse_interaction', 'gatehouse_resume', 'gatehouse_application'];
      for (const { key: from } of cookies.filter(({ key }) => names.includes(key))) {
        const [value, sig] = [await cookieOf(agent, from), await cookieOf(agent, `${from}.sig`)];
        const thief = new UserAgent(server.issuer);
        for (const to of names.filter((name) => name !== from)) {
          for (const path of ['/', new URL(page.url).pathname]) {
            await plantCookie(thief, server.issuer, { key: to, value: value.value, path });
            await plantCookie(thief, server.issuer, { key: `${to}.sig`, value: sig.value, path });
          }
        }
        expectLost(await thief.get(page.url), from);
        assert.equal((await askSilently(thief, party, request))['error'], 'login_required', from);
      }
    });
  });

  describe('a sign-in of another browser', () => {
    it('[34] opens for nobody who has only its address', async () => {
      const page = await open();
      const thief = new UserAgent(server.issuer);
      expectLost(await thief.get(page.url));
      expectLost(await thief.post(page.url, { ...csrfOf(page), email: ada.email, password: ada.password }));
      expectLost(await thief.get(page.url.replace('/interaction/', '/oauth2/authorize/')));
      await open({}, thief);
      expectLost(await thief.get(page.url), 'with an interaction of its own');
      assert.match((await agent.get(page.url)).text, /name="password"/);
    });

    it('[34] opens for nobody under the address of their own', async () => {
      const page = await open();
      const thief = new UserAgent(server.issuer);
      const own = await open({}, thief);
      const cookies = ['gatehouse_interaction', 'gatehouse_interaction.sig'];
      for (const name of cookies) {
        const { value } = await cookieOf(thief, name);
        await plantCookie(agent, server.issuer, { key: name, value, path: new URL(page.url).pathname });
      }
      expectLost(await agent.get(page.url), 'an attacker’s interaction under the victim’s address');
      assert.equal((await thief.get(own.url)).status, 200);
    });

    it('[34] is not completed by somebody who registers from a link to it', async () => {
      const attacker = new UserAgent(server.issuer);
      const theirs = await open({ state: 'attacker' }, attacker);
      const uid = theirs.url.split('/').at(-1);
      const form = await agent.open(`/account/register?interaction=${uid}`);
      const email = newEmail();
      expectLost(await agent.submit(form, { name: '', email, password: PASSWORD }));
      assert.equal((await askSilently(agent, party, request))['error'], 'login_required');
      assert.match((await attacker.open(theirs.url)).text, /name="password"/);
      const resumed = await attacker.get(theirs.url.replace('/interaction/', '/oauth2/authorize/'));
      assert.equal(answerOf(resumed)['code'], undefined);
      assert.equal((await askSilently(attacker, party, request))['error'], 'login_required');
      const { payload } = await interactionRow();
      assert.equal(payload.result, undefined);
      await signIn(new UserAgent(server.issuer), party, request, { email, password: PASSWORD });
    });

    const interactionRow = () =>
      server.db('oidc_artifacts').where({ model: 'Interaction' }).orderBy('expires_at', 'desc').first();

    it('[34] is not completed by somebody who is signed in and follows a link to it', async () => {
      const attacker = new UserAgent(server.issuer);
      const theirs = await open({}, attacker);
      await signIn(agent, party, request, ada);
      expectLost(await agent.get(theirs.url));
      expectLost(await agent.get(theirs.url.replace('/interaction/', '/oauth2/authorize/')));
      assert.match((await attacker.open(theirs.url)).text, /name="password"/);
    });

    it('[34] shows the way back to the application that was lost, and to nowhere else', async () => {
      const page = await open();
      await open();
      for (const { path } of (await allCookies(agent)).filter(({ key }) => key === 'gatehouse_interaction')) {
        await plantCookie(agent, server.issuer, { key: 'gatehouse_interaction', value: 'x', path });
      }
      const lost = await agent.get(page.url);
      expectLost(lost);
      assert.match(lost.text, /href="https:\/\/app\.example"/);
      const { value } = await cookieOf(agent, 'gatehouse_application');
      assert.equal(value, 'web');
      await plantCookie(agent, server.issuer, { key: 'gatehouse_application', value: 'other', path: '/' });
      assert.doesNotMatch((await agent.get(page.url)).text, /other\.example/);
    });

    it('[34] is done once: its answer cannot be sent, or resumed, again', async () => {
      const page = await open();
      const back = await consentAt(agent, await signInAt(agent, page, ada));
      assert.ok(answerOf(back)['code']);
      expectLost(await agent.get(page.url));
      expectLost(await signInAt(agent, page, bob));
      expectLost(await agent.get(page.url.replace('/interaction/', '/oauth2/authorize/')));
      assert.equal((await whose(await open({ prompt: 'none' }))).sub, ids.ada);
    });

    it('[34] ends after an hour', async () => {
      let now = Date.now();
      const clocked = await startServer({ clock: { now: () => new Date(now) } });
      try {
        const browser = new UserAgent(clocked.issuer);
        const page = await browser.open(new RelyingParty(clocked.issuer).authorizeUrl(request));
        now += 61 * 60_000;
        expectLost(await browser.get(page.url));
        expectLost(await browser.submit(page, { email: 'a@example.com', password: PASSWORD }));
      } finally {
        await clocked.close();
      }
    });
  });

  it('[32] gives two browsers of one person tokens of their own sessions', async () => {
    const one = await obtainTokens(new RelyingParty(server.issuer), request);
    const other = await obtainTokens(new RelyingParty(server.issuer), request);
    const [a, b] = [one, other].map(({ tokens }) => decodeJwt(tokens['id_token'] ?? ''));
    assert.notEqual(a?.['sid'], b?.['sid']);
    assert.notEqual(a?.sub, b?.sub);
  });
});

function csrfOf(page: Page): Record<string, string> {
  return { _csrf: /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '' };
}
