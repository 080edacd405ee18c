import assert from 'node:assert/strict';
import { csrfOf, enter, headingOf } from '../../support/account-page.ts';
import { newPerson, type Person, signIn, signInAt, switchAt } from '../../support/people.ts';
import { newEmail, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { UserAgent } from '../../support/user-agent.ts';

const NEW = 'an entirely different battery';
const MINUTE = 60;

/** Every form of the account page, filled in so that it would do something. */
const FORMS: Readonly<Record<string, (person: Person) => Record<string, string>>> = {
  '/account/name': () => ({ name: 'Mallory' }),
  '/account/language': () => ({ locale: 'sv' }),
  '/account/email': () => ({ email: newEmail() }),
  '/account/password': () => ({ password: NEW }),
  '/account/sessions': () => ({ session: 'others' }),
  '/account/applications': () => ({ application: 'web' }),
  '/account/data': () => ({}),
  '/account/delete': ({ email }) => ({ email }),
};
/** Those that ask for the password once more. */
const GRAVE = ['/account/email', '/account/password', '/account/data', '/account/delete'];

describe('the account page, in the wrong hands', () => {
  let server: TestServer;
  let clock: TestClock;
  let agent: UserAgent;
  let [ada, bob]: [Person, Person] = [] as unknown as [Person, Person];
  before(async () => {
    clock = new TestClock();
    server = await startServer({ clock });
    [ada, bob] = [await newPerson(server.issuer), await newPerson(server.issuer)];
    const party = new RelyingParty(server.issuer);
    for (const person of [ada, bob])
      await signIn(new UserAgent(server.issuer), party, { client_id: 'web', scope: 'openid' }, person);
  });
  beforeEach(() => {
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  /** All that a form may change of somebody, and what is queued. */
  const stateOf = async ({ email }: Person) => {
    const user = await server.db('users').where({ email }).first();
    const held = await server
      .db('oidc_artifacts')
      .where({ account_id: user.id })
      .whereIn('model', ['Session', 'Grant']);
    const { rows } = await server.db.raw('select count(*)::int as jobs from graphile_worker._private_jobs');
    return { ...user, last_login_at: 0, held: held.length, ...rows[0] };
  };
  const asksToSignIn = ({ text }: { text: string }) => text.includes('autocomplete="current-password"');
  const formOf = async (path: string) => csrfOf(await enter(agent, ada, path));

  it('[36] asks for the password again where it was given more than five minutes ago', async () => {
    await enter(agent, ada);
    clock.advance(5 * MINUTE - 1);
    for (const path of GRAVE) assert.equal((await agent.open(path)).url, server.issuer + path);
    clock.advance(1);
    for (const path of GRAVE) {
      const page = await agent.open(path);
      assert.equal(headingOf(page), 'Please confirm it’s you', path);
      assert.match(page.text, /Back to your account/);
    }
    for (const path of Object.keys(FORMS).filter((each) => !GRAVE.includes(each)))
      assert.equal((await agent.open(path)).url, server.issuer + path);
    const page = await signInAt(agent, await agent.open('/account/password'), ada);
    assert.equal(headingOf(page), 'Change your password', 'the way goes on to the page that was asked for');
  });

  it('[36] takes no form of these, however it was come by, from a sign-in that is old', async () => {
    const proofs = new Map<string, string>();
    for (const path of GRAVE) proofs.set(path, await formOf(path));
    const before = await stateOf(ada);
    clock.advance(10 * MINUTE);
    for (const path of GRAVE) {
      const fields = FORMS[path]?.(ada) ?? {};
      const page = await agent.follow(await agent.post(path, { _csrf: proofs.get(path) ?? '', ...fields }));
      assert.equal(headingOf(page), 'Please confirm it’s you', path);
      assert.doesNotMatch(page.text, new RegExp(NEW), 'no secret that was typed is kept');
    }
    assert.deepEqual(await stateOf(ada), before);
  });

  it('[36] is not satisfied by a wrong password, or by going back', async () => {
    await enter(agent, ada);
    clock.advance(6 * MINUTE);
    const page = await agent.open('/account/password');
    assert.ok(asksToSignIn(await signInAt(agent, page, { ...ada, password: 'not this one at all' })));
    assert.equal(headingOf(await agent.submit(page, { cancel: 'yes' })), 'Your account');
    assert.ok(asksToSignIn(await agent.open('/account/password')));
  });

  it('[32] shows the second person their own account, and does nothing with the first one’s forms', async () => {
    const proofs = new Map<string, string>();
    for (const path of Object.keys(FORMS)) proofs.set(path, await formOf(path));
    clock.advance(6 * MINUTE);
    const again = await switchAt(agent, await signInAt(agent, await agent.open('/account/password'), bob));
    assert.equal(headingOf(again), 'Change your password');
    const overview = await agent.open('/account');
    assert.ok(overview.text.includes(bob.email) && !overview.text.includes(ada.email));
    const [adas, bobs] = [await stateOf(ada), await stateOf(bob)];
    for (const [path, fields] of Object.entries(FORMS)) {
      const page = await agent.post(path, { _csrf: proofs.get(path) ?? '', ...fields(bob) });
      assert.equal(page.status, 400, path);
      assert.match(page.text, /open for too long/, path);
      assert.doesNotMatch(page.text, new RegExp(ada.email), path);
    }
    assert.deepEqual(await stateOf(bob), bobs);
    assert.deepEqual(await stateOf(ada), adas);
  });

  it('[35] takes no form without the proof of this browser and person', async () => {
    await enter(agent, ada);
    const elsewhere = new UserAgent(server.issuer);
    await enter(elsewhere, ada);
    const before = await stateOf(ada);
    for (const [path, fields] of Object.entries(FORMS)) {
      const proofs = [
        '',
        'A'.repeat(43),
        csrfOf(await elsewhere.open(path)),
        csrfOf(await agent.open('/account/register')),
      ];
      for (const _csrf of proofs) {
        const page = await agent.post(path, { _csrf, ...fields(ada) });
        assert.equal(page.status, 400, `${path} ${_csrf}`);
        assert.match(page.text, /open for too long/);
        assert.equal(page.headers.get('content-disposition'), null);
      }
    }
    assert.deepEqual(await stateOf(ada), before);
  });

  it('takes nothing that it can’t read: lists, NUL, half of everything, a megabyte', async () => {
    const before = await stateOf(ada);
    for (const path of [
      '/account/email',
      '/account/password',
      '/account/sessions',
      '/account/applications',
      '/account/delete',
    ]) {
      const _csrf = await formOf(path);
      const held = await stateOf(ada);
      for (const odd of ['a\u0000b', '\u0000', '\ud800', '__proto__', "'; drop table users --", 'x'.repeat(2000)]) {
        const fields = { email: odd, password: odd.slice(0, 9), session: odd, application: odd, 'session[]': 'others' };
        const page = await agent.post(path, { _csrf, ...fields });
        assert.ok(page.status < 500, `${path} ${JSON.stringify(odd)}: ${page.status}`);
      }
      assert.equal((await agent.post(path, { _csrf, email: 'x'.repeat(1_000_000) })).status, 413, path);
      assert.deepEqual(await stateOf(ada), held, path);
    }
    const wrong = await agent.post('/account/name', { _csrf: await formOf('/account/name'), name: 'a\u0000b' });
    assert.equal(wrong.status, 422);
    assert.equal((await stateOf(ada)).name, before.name);
  });

  it('takes no form from anybody who is signed out', async () => {
    const proofs = new Map<string, string>();
    for (const path of Object.keys(FORMS)) proofs.set(path, await formOf(path));
    await agent.submit(await agent.open('/oauth2/logout'), { logout: 'yes' });
    const before = await stateOf(ada);
    for (const [path, fields] of Object.entries(FORMS)) {
      const page = await agent.follow(await agent.post(path, { _csrf: proofs.get(path) ?? '', ...fields(ada) }));
      assert.ok(asksToSignIn(page), path);
    }
    assert.deepEqual(await stateOf(ada), before);
  });

  it('leads nobody in by an answer of somebody else’s, nor anywhere but to its own pages', async () => {
    for (const query of ['', '?code=x&state=y', '?state=', '?code=x&state=undefined', '?error=server_error']) {
      const page = await agent.get(`/account/signed-in${query}`);
      if (page.location) assert.equal(page.location, `${server.issuer}/account`, query);
      else assert.equal(headingOf(page), 'Please sign in again', query);
    }
    assert.ok(asksToSignIn(await agent.open('/account/signed-in?code=x&state=y')));
    await agent.get('/account/delete');
    const foreign = await agent.get('/account/signed-in?code=x&state=y');
    assert.equal(foreign.location, `${server.issuer}/account`, 'not to the page that was asked for before');
    const attacker = new UserAgent(server.issuer);
    await enter(attacker, bob);
    const back = await attacker.get('/account/data');
    const authorized = await attacker.get(`/oauth2/authorize?${accountRequest()}`);
    assert.match(authorized.location ?? '', /\/account\/signed-in\?code=/);
    const led = await agent.get(authorized.location ?? '');
    assert.equal(led.location, `${server.issuer}/account`);
    assert.ok(asksToSignIn(await agent.follow(led)), 'the victim is still nobody');
    assert.equal(back.status, 200);
  });

  const accountRequest = (more: Record<string, string> = {}) => {
    const party = new RelyingParty(server.issuer);
    const uri = `${server.issuer}/account/signed-in`;
    const url = new URL(
      party.authorizeUrl({ client_id: 'gatehouse-account', redirect_uri: uri, scope: 'openid', ...more }),
    );
    return url.searchParams.toString();
  };

  it('has a code that nobody can exchange, and a client that is good for nothing else', async () => {
    const page = await agent.get('/account/data');
    const request = new URL(page.location ?? '');
    assert.equal(request.searchParams.get('code_challenge_method'), 'S256');
    const answered = await signInAt(agent, await agent.follow(page), ada);
    assert.equal(answered.status, 200);
    const { location = '' } = await agent.get(request.href);
    const code = new URL(location).searchParams.get('code') ?? '';
    const party = new RelyingParty(server.issuer);
    const client = { id: 'gatehouse-account' };
    const redirect_uri = `${server.issuer}/account/signed-in`;
    for (const code_verifier of [party.verifier, request.searchParams.get('code_challenge') ?? '', 'x'.repeat(43)]) {
      const { body } = await party.exchange(code, client, { redirect_uri, code_verifier });
      assert.equal(body.error, 'invalid_grant');
    }
    const elsewhere = await agent.open(
      `/oauth2/authorize?${accountRequest({ redirect_uri: 'https://evil.example/' })}`,
    );
    assert.deepEqual([elsewhere.status, elsewhere.location], [400, undefined]);
    const machine = await party.token({ grant_type: 'client_credentials', scope: 'users:read' }, client);
    assert.ok(machine.status >= 400);
    assert.equal((await server.db('clients').where({ client_id: 'gatehouse-account' })).length, 0);
  });
});
