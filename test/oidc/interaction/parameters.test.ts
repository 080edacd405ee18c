import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import sinon from 'sinon';
import { answerOf, askSilently, newPerson, type Person, signIn, signInAt, switchAt } from '../../support/people.ts';
import { consentAt, newEmail, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'web', scope: 'openid email' };

describe('what an application asks for', () => {
  let server: TestServer;
  let party: RelyingParty;
  let agent: UserAgent;
  let ada: Person;
  before(async () => {
    server = await startServer();
    ada = await newPerson(server.issuer);
  });
  beforeEach(() => {
    party = new RelyingParty(server.issuer);
    agent = new UserAgent(server.issuer);
  });
  afterEach(() => sinon.restore());
  after(() => server.close());

  const open = (more: Record<string, string> = {}) => agent.open(party.authorizeUrl({ ...request, ...more }));
  const claimsOf = async (page: Page) => {
    const { body } = await party.exchange(answerOf(page)['code'] ?? '', { id: 'web' });
    return decodeJwt(body.id_token);
  };
  const idOf = async (email: string) => (await server.db('users').where({ email }).first('id'))?.id;
  const asksToSignIn = (page: Page) => /autocomplete="current-password"/.test(page.text);
  const asksToRegister = (page: Page) => /<h1>Create an account<\/h1>/.test(page.text);
  const filledIn = (page: Page, name: string) =>
    new RegExp(`<input[^>]* name="${name}"[^>]*`).exec(page.text)?.[0].match(/ value="([^"]*)"/)?.[1];

  describe('prompt=create', () => {
    it('is told by discovery, with every other value there is', async () => {
      const discovery = await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json();
      const values = (discovery as { prompt_values_supported: string[] }).prompt_values_supported;
      assert.deepEqual(values, ['none', 'login', 'consent', 'create']);
      for (const prompt of values) {
        const answer = answerOf(await open({ prompt }));
        assert.doesNotMatch(answer['error_description'] ?? '', /unsupported/, prompt);
      }
      assert.equal(answerOf(await open({ prompt: 'select_account' }))['error'], 'invalid_request');
    });

    it('begins with a new account and ends in the application, with the address it expects filled in', async () => {
      const email = newEmail();
      const page = await open({ prompt: 'create', login_hint: email, state: 'kept' });
      assert.ok(asksToRegister(page));
      assert.equal(filledIn(page, 'email'), email);
      assert.match(page.text, /Web shop/);
      const back = await consentAt(agent, await agent.submit(page, { email, password: PASSWORD }));
      assert.equal(answerOf(back)['state'], 'kept');
      assert.equal((await claimsOf(back)).sub, await idOf(email));
    });

    it('makes another account for somebody who is signed in', async () => {
      await signIn(agent, party, request, ada);
      const email = newEmail();
      const page = await agent.submit(await open({ prompt: 'create' }), { email, password: PASSWORD });
      const back = await consentAt(agent, await switchAt(agent, page));
      assert.equal((await claimsOf(back)).sub, await idOf(email));
      assert.equal((await claimsOf(await open({ prompt: 'none' }))).sub, await idOf(email));
    });

    it('lets somebody who has an account sign in with it', async () => {
      const page = await open({ prompt: 'create' });
      const link = /href="(\/interaction\/[^"]+)"/.exec(page.text)?.[1] ?? '';
      const signInPage = await agent.open(link.replaceAll('&amp;', '&'));
      assert.ok(asksToSignIn(signInPage));
      const wrong = await signInAt(agent, signInPage, { ...ada, password: 'not this one at all' });
      assert.ok(asksToSignIn(wrong));
      const back = await consentAt(agent, await signInAt(agent, wrong, ada));
      assert.equal((await claimsOf(back)).sub, await idOf(ada.email));
    });

    it('shows nothing where nothing may be shown', async () => {
      assert.equal(answerOf(await open({ prompt: 'none create' }))['error'], 'invalid_request');
    });
  });

  describe('prompt=login', () => {
    it('asks for the password of somebody who is signed in, and says when they gave it', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      await signIn(agent, party, request, ada);
      const first = await claimsOf(await open({ prompt: 'none' }));
      clock.tick(60_000);
      const page = await open({ prompt: 'login' });
      assert.match(page.text, /Please confirm it’s you/);
      assert.equal(filledIn(page, 'email'), ada.email);
      const claims = await claimsOf(await signInAt(agent, page, ada));
      assert.equal(claims.sub, first.sub);
      assert.deepEqual(claims['amr'], ['pwd']);
      assert.ok(Number(claims['auth_time']) >= Number(first.iat) + 60, 'the sign-in is the second one');
    });
  });

  describe('max_age', () => {
    it('asks again once the sign-in is older, and not before', async () => {
      const clock = sinon.useFakeTimers({ toFake: ['Date'], now: Date.now() });
      await signIn(agent, party, request, ada);
      clock.tick(100_000);
      const young = await open({ max_age: '120' });
      assert.ok(answerOf(young)['code']);
      assert.ok((await claimsOf(young))['auth_time']);
      clock.tick(30_000);
      assert.equal((await askSilently(agent, party, { ...request, max_age: '120' }))['error'], 'login_required');
      const page = await open({ max_age: '120' });
      assert.ok(asksToSignIn(page));
      assert.ok(answerOf(await signInAt(agent, page, ada))['code'], 'the sign-in that was asked for is young enough');
    });

    it('of 0 asks always', async () => {
      await signIn(agent, party, request, ada);
      assert.ok(asksToSignIn(await open({ max_age: '0' })));
      assert.equal((await askSilently(agent, party, { ...request, max_age: '0' }))['error'], 'login_required');
    });

    it('that is no number of seconds is refused', async () => {
      for (const max_age of ['-1', 'soon', '1.5', '1e99'])
        assert.equal(answerOf(await open({ max_age }))['error'], 'invalid_request', max_age);
    });
  });

  describe('login_hint', () => {
    it('fills the address in, and the cursor waits at the password', async () => {
      const page = await open({ login_hint: ada.email });
      assert.equal(filledIn(page, 'email'), ada.email);
      assert.match(page.text, /<input id="password"[^>]* autofocus/);
    });

    it('signs nobody in, and does not keep another from signing in', async () => {
      const page = await open({ login_hint: ada.email });
      const bob = await newPerson(server.issuer);
      const back = await consentAt(agent, await signInAt(agent, page, bob));
      assert.equal((await claimsOf(back)).sub, await idOf(bob.email));
    });
  });
});
