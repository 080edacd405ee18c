import assert from 'node:assert/strict';
import { enter, headingOf, noticeOf } from '../../support/account-page.ts';
import { cookieOf, plantCookie } from '../../support/cookies.ts';
import { SECRET } from '../../support/declaration.ts';
import { answerOf, askSilently, newPerson, type Person, signIn } from '../../support/people.ts';
import { startRedis } from '../../support/redis.ts';
import { type AuthorizationRequest, obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const client = { id: 'confidential', secret: SECRET };
/** Tokens that outlive the session, unless it is ended. */
const offline = { client_id: 'confidential', scope: 'openid email offline_access', prompt: 'consent' };
const plain = { client_id: 'web', scope: 'openid email' };
const other = { client_id: 'other', scope: 'openid', redirect_uri: 'https://other.example/callback' };

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1';

for (const store of ['PostgreSQL', 'Redis'] as const) {
  describe(`access ended on the account page, with ${store}`, () => {
    const undo: (() => Promise<unknown>)[] = [];
    let server: TestServer;
    let party: RelyingParty;
    let person: Person;
    let [home, phone]: [UserAgent, UserAgent] = [] as unknown as [UserAgent, UserAgent];
    before(async () => {
      const redis = store === 'Redis' ? await startRedis() : undefined;
      if (redis) undo.push(redis.stop);
      server = await startServer({ env: redis ? { REDIS_URL: redis.url } : {} });
      undo.push(server.close);
    });
    beforeEach(async () => {
      party = new RelyingParty(server.issuer);
      person = await newPerson(server.issuer);
      home = new UserAgent(server.issuer);
      phone = new UserAgent(server.issuer, { 'user-agent': PHONE });
      for (const agent of [home, phone]) await signIn(agent, party, offline, person);
    });
    after(async () => {
      for (const step of undo.reverse()) await step();
    });

    /** What an application has by a browser: its tokens, and one for an API, a JWT, which nobody stores. */
    async function gather(agent: UserAgent, request: AuthorizationRequest = offline): Promise<Tokens> {
      const { tokens } = await obtainTokens(party, request, agent);
      const forApi = { ...request, scope: `${request['scope']} orders:read`, resource: 'https://api.example.com' };
      const { access_token: jwt = '' } = (await obtainTokens(party, forApi, agent)).tokens;
      assert.equal(jwt.split('.').length, 3);
      return { ...tokens, jwt };
    }
    type Tokens = Record<string, string>;
    /** Whether an application's tokens are good for anything: refresh, introspection, UserInfo. */
    async function live(
      { access_token = '', refresh_token = '', jwt = '' }: Tokens,
      by: { id: string; secret?: string } = client,
    ) {
      const headers = { authorization: `Bearer ${access_token}` };
      const userinfo = (await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).status === 200;
      const isActive = async (token: string) => (await party.post('/oauth2/introspect', { token }, client)).body.active;
      const [active, jwtActive] = [await isActive(access_token), await isActive(jwt)];
      const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token }, by);
      return { userinfo, active, jwtActive, refreshed: refreshed.status === 200 };
    }
    const ALIVE = { userinfo: true, active: true, jwtActive: true, refreshed: true };
    const DEAD = { userinfo: false, active: false, jwtActive: false, refreshed: false };
    const isIn = async (agent: UserAgent) => (await askSilently(agent, party, offline))['error'] !== 'login_required';
    const sessionIds = (html: string) => [...html.matchAll(/name="session" value="([^"]+)"/g)].map(([, id = '']) => id);

    it('[33] ends one session with its tokens and codes, those that would outlive it too, and no other', async () => {
      const mine = await gather(home);
      const its = await gather(phone);
      const { code } = await obtainCode(party, offline, phone);
      const page = await home.open('/account/sessions');
      assert.match(page.text, /Safari on iPhone/);
      const [id = ''] = sessionIds(page.text);
      const done = await home.submit(page, { session: id });
      assert.equal(noticeOf(done), 'You’re signed out there.');
      assert.deepEqual(await live(its), DEAD);
      assert.equal((await party.exchange(code, client)).body.error, 'invalid_grant');
      assert.deepEqual([await isIn(home), await isIn(phone)], [true, false]);
      assert.deepEqual(await live(mine), ALIVE);
    });

    it('[33] ends all sessions but this one', async () => {
      const third = new UserAgent(server.issuer);
      await signIn(third, party, offline, person);
      const [mine, its] = [await gather(home), await gather(third)];
      const page = await home.open('/account/sessions');
      const done = await home.submit(page, { session: 'others' });
      assert.match(noticeOf(done) ?? '', /everywhere else/);
      assert.deepEqual([await isIn(home), await isIn(phone), await isIn(third)], [true, false, false]);
      assert.deepEqual([await live(its), await live(mine)], [DEAD, ALIVE]);
      assert.deepEqual(sessionIds((await home.open('/account/sessions')).text), ['others', 'everywhere']);
    });

    it('[33] ends all of them, this one too, when they say so', async () => {
      const [mine, its] = [await gather(home), await gather(phone)];
      assert.ok(!(await phone.open('/account')).url.includes('/interaction/'));
      const gone = await home.submit(await home.open('/account/sessions'), { session: 'everywhere' });
      assert.equal(headingOf(gone), 'You’re signed out');
      for (const agent of [home, phone]) assert.match((await agent.open('/account')).url, /\/interaction\//);
      assert.deepEqual([await live(mine), await live(its)], [DEAD, DEAD]);
    });

    it('[33] ends a session that is in use at that moment, whoever uses it and however often', async () => {
      const page = await home.open('/account/sessions');
      const [id = ''] = sessionIds(page.text);
      let over = false;
      // Each of these writes the session.
      const use = async () => {
        while (!over) await phone.get('/oauth2/logout');
      };
      const users = Array.from({ length: 8 }, use);
      await phone.get('/oauth2/logout');
      await home.submit(page, { session: id });
      over = true;
      await Promise.all(users);
      assert.deepEqual([await isIn(home), await isIn(phone)], [true, false]);
      const rows = await server.db('oidc_artifacts').where({ model: 'Session', account_id: await idOf(person) });
      assert.equal(rows.length, 1);
    });

    it('[33] ends nobody else’s session, and not this one by its id', async () => {
      const stranger = await newPerson(server.issuer);
      const theirs = new UserAgent(server.issuer);
      await signIn(theirs, party, offline, stranger);
      await enter(theirs, stranger);
      const page = await home.open('/account/sessions');
      const rows = await server.db('oidc_artifacts').where({ model: 'Session' }).select('payload');
      for (const { payload } of rows) {
        if (payload.accountId !== (await idOf(person))) await home.submit(page, { session: payload.uid });
      }
      for (const odd of ['', 'nonsense', '#', 'x'.repeat(1000)]) await home.submit(page, { session: odd });
      assert.deepEqual([await isIn(home), await isIn(phone), await isIn(theirs)], [true, true, true]);
    });

    const idOf = async ({ email }: Person) => (await server.db('users').where({ email }).first('id')).id;

    it('[24] [33] shows what an application was given, and takes it back in every session at once', async () => {
      const [mine, its] = [await gather(home), await gather(phone)];
      const { code } = await obtainCode(party, offline, phone);
      const shop = await gather(home, plain);
      const page = await home.open('/account/applications');
      assert.match(page.text, /Web shop.*app\.example.*Your e-mail address/s);
      assert.equal(page.text.match(/<h2>/g)?.length, 2, 'one entry an application, however often it was asked');
      const done = await home.submit(page, { application: 'confidential' });
      assert.equal(noticeOf(done), 'It has no access any more.');
      assert.doesNotMatch(done.text, /value="confidential"/);
      for (const tokens of [mine, its]) assert.deepEqual(await live(tokens), DEAD);
      assert.equal((await party.exchange(code, client)).body.error, 'invalid_grant');
      assert.deepEqual(await live(shop, { id: 'web' }), ALIVE);
      for (const agent of [home, phone]) {
        const again = await agent.open(party.authorizeUrl({ ...offline, prompt: undefined, scope: 'openid email' }));
        assert.match(again.text, /name="decision"/, 'it has to ask again');
      }
    });

    it('[24] takes nothing of anybody else’s', async () => {
      const stranger = new UserAgent(server.issuer);
      const theirs = await gather(stranger);
      const page = await home.open('/account/applications');
      await home.submit(page, { application: 'confidential' });
      assert.deepEqual(await live(theirs), ALIVE);
    });

    it('[24] leaves out the operator’s own applications, and itself', async () => {
      await signIn(home, party, { client_id: 'own', scope: 'openid' }, person);
      await signIn(home, party, other, person);
      await enter(home, person);
      const { text } = await home.open('/account/applications');
      assert.match(text, /Other shop/);
      assert.doesNotMatch(text, /Our own shop|gatehouse-account|<h2><bdi>Gatehouse/);
    });

    it('[31] [36] a new password ends the others, and what this session’s old cookie opens', async () => {
      const [mine, its] = [await gather(home), await gather(phone)];
      const page = await enter(home, person, '/account/password');
      const before = await cookieOf(home, 'gatehouse_session');
      const signature = await cookieOf(home, 'gatehouse_session.sig');
      const done = await home.submit(page, { password: 'an entirely different battery' });
      assert.equal(headingOf(done), 'Your account');
      assert.notEqual((await cookieOf(home, 'gatehouse_session')).value, before.value);
      const thief = new UserAgent(server.issuer);
      for (const cookie of [before, signature]) await plantCookie(thief, server.issuer, cookie);
      assert.deepEqual([await isIn(home), await isIn(phone), await isIn(thief)], [true, false, false]);
      assert.deepEqual(await live(its), DEAD);
      assert.deepEqual(await live(mine), ALIVE);
      assert.ok(answerOf(await home.open(party.authorizeUrl({ ...offline, prompt: undefined })))['code']);
    });
  });
}
