import assert from 'node:assert/strict';
import { decodeJwt, type JWTPayload } from 'jose';
import { wordsIn } from '../../../src/i18n/index.ts';
import { enter, faultOf, headingOf, noticeOf } from '../../support/account-page.ts';
import { mailsTo, newestMail } from '../../support/demo.ts';
import { newPerson, type Person, signInAt } from '../../support/people.ts';
import { newEmail, obtainTokens, RelyingParty, registerAt } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const NEW = 'an entirely different battery';
const DAY = 24 * 60 * 60;

describe('the account page', () => {
  let server: TestServer;
  let clock: TestClock;
  let agent: UserAgent;
  let ada: Person;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ jobs: true, clock });
  });
  beforeEach(async () => {
    agent = new UserAgent(server.issuer);
    ada = await newPerson(server.issuer);
  });
  after(() => server.close());

  const rowOf = (email: string) => server.db('users').where({ email }).first();

  it('has people sign in, and brings them to the page they asked for', async () => {
    const page = await agent.open('/account/name');
    assert.match(page.url, /\/interaction\//);
    assert.doesNotMatch(page.text, /undefined|Back to/);
    const name = await signInAt(agent, page, ada);
    assert.equal(name.url, `${server.issuer}/account/name`);
    assert.equal(headingOf(name), 'What should we call you?');
    assert.equal(headingOf(await agent.open('/account')), 'Your account');
  });

  it('says what there is, and changes the name', async () => {
    const page = await enter(agent, ada);
    for (const seen of ['Grace Hopper', ada.email, 'English']) assert.ok(page.text.includes(seen), seen);
    const form = await agent.open('/account/name');
    assert.match(form.text, /name="name"[^>]* value="Grace Hopper"/s);
    const wrong = await agent.submit(form, { name: 'x'.repeat(201) });
    assert.equal(wrong.status, 422);
    assert.match(faultOf(wrong, 'name') ?? '', /at most 200 characters/);
    assert.match(wrong.text, /value="x{201}"/, 'what was typed is kept');
    const done = await agent.submit(form, { name: ' Grace Brewster Hopper ' });
    assert.equal(noticeOf(done), 'Your name was changed.');
    assert.equal((await rowOf(ada.email)).name, 'Grace Brewster Hopper');
    assert.equal(noticeOf(await agent.open('/account')), undefined, 'it is said once');
    await agent.submit(form, { name: '' });
    assert.equal((await rowOf(ada.email)).name, null);
  });

  it('changes the language, of its own pages first', async () => {
    await enter(agent, ada);
    const form = await agent.open('/account/language');
    const german = await agent.submit(form, { locale: 'de' });
    assert.equal(headingOf(german), 'Ihr Konto');
    assert.match(german.text, /Deutsch/);
    assert.match((await agent.open('/account/language')).text, /value="de" lang="de" selected/);
    for (const locale of ['', 'tlh']) {
      await agent.submit(form, { locale: 'sv' });
      assert.equal(headingOf(await agent.submit(form, { locale })), 'Your account');
    }
    assert.equal((await rowOf(ada.email)).locale, null);
  });

  it('changes the address once the new one is proved, wherever its mail is read', async () => {
    const wanted = newEmail();
    await enter(agent, ada);
    const form = await agent.open('/account/email');
    for (const [email, fault] of [
      ['ada@', /such as ada@example\.com/],
      [ada.email.toUpperCase(), /already/],
    ] as const) {
      const wrong = await agent.submit(form, { email });
      assert.equal(wrong.status, 422);
      assert.match(faultOf(wrong, 'email') ?? '', fault);
    }
    const sent = await agent.submit(form, { email: wanted });
    assert.equal(headingOf(sent), 'Check your mail');
    const [link] = (await newestMail(server.issuer, wanted, 'Confirm your new address')).links;
    const elsewhere = new UserAgent(server.issuer);
    for (let times = 0; times < 3; times += 1) await elsewhere.open(link);
    assert.ok(await rowOf(ada.email), 'opening it uses nothing up');
    const page = await elsewhere.open(link);
    const forged = await elsewhere.post('/account/confirm-email', {
      token: new URL(link).searchParams.get('token') ?? '',
    });
    assert.equal(headingOf(forged), 'Use this address from now on?', '[35] without a proof nothing happens');
    assert.equal(headingOf(await elsewhere.submit(page, {})), 'Your address is changed');
    assert.equal((await rowOf(wanted)).email_verified, true);
    assert.ok((await newestMail(server.issuer, ada.email, 'Your account has a new address')).text.includes(ada.email));
    assert.ok((await agent.open('/account')).text.includes(wanted), 'the session goes on');
    const again = await elsewhere.submit(page, {});
    assert.deepEqual([again.status, headingOf(again)], [400, 'This link no longer works']);
    const stranger = new UserAgent(server.issuer);
    assert.equal(headingOf(await enter(stranger, { ...ada, email: wanted })), 'Your account');
  });

  it('tells applications that the address is proved once its link was opened, in UserInfo and ID tokens', async () => {
    const party = new RelyingParty(server.issuer);
    const [email, api] = [newEmail(), 'https://api.example.com'];
    await registerAt(agent, await agent.open(party.authorizeUrl({ client_id: 'own' })), email);
    const told = async () => {
      const { tokens } = await obtainTokens(party, { client_id: 'own', scope: 'openid email' }, agent);
      const headers = { authorization: `Bearer ${tokens['access_token']}` };
      const answer = await fetch(`${server.issuer}/oauth2/userinfo`, { headers });
      const info = (await answer.json()) as JWTPayload;
      const forApi = { client_id: 'own', scope: 'openid email orders:read', resource: api };
      const { tokens: others } = await obtainTokens(party, forApi, agent);
      const claims = decodeJwt(String(others['id_token']));
      return [info, claims].map((all) => [all['email'], all['email_verified']]);
    };
    assert.deepEqual(await told(), Array(2).fill([email, false]));
    const { links } = await newestMail(server.issuer, email, 'Confirm your address');
    await agent.submit(await agent.open(links[0]), {});
    assert.deepEqual(await told(), Array(2).fill([email, true]));
  });

  it('sends its mails to the mailbox of development, which scripts read as JSON', async () => {
    const { text: shown, links } = await newestMail(server.issuer, ada.email, 'Confirm your address');
    const answer = await fetch(`${server.issuer}/dev/mailbox.json`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    const mails = (await answer.json()) as Record<string, unknown>[];
    for (const mail of mails)
      assert.deepEqual(Object.keys(mail), ['to', 'subject', 'text', 'html', 'links', 'sent_at']);
    const { html, ...mail } = mails.find(({ to }) => to === ada.email) ?? assert.fail();
    const subject = 'Confirm your address – Gatehouse';
    assert.deepEqual(mail, { to: ada.email, subject, text: shown, links, sent_at: clock.now().toISOString() });
    assert.match(String(mail['sent_at']), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    assert.match(String(html), /^<!doctype html>/i);
    assert.ok(links.length > 0 && links.every((link) => shown.includes(link)));
  });

  it('says when somebody signed in, and when and from which address they were seen last', async () => {
    clock.advance(60 * 60);
    const signedIn = wordsIn('en').time(clock.now());
    await enter(agent, ada);
    clock.advance(3 * 60);
    const seen = wordsIn('en').time(clock.now());
    await agent.open(new RelyingParty(server.issuer).authorizeUrl({ client_id: 'own', prompt: 'none' }));
    clock.advance(60);
    const { text } = await agent.open('/account/sessions');
    const [, value = ''] = /<p class="value">(.*?)<\/p>/s.exec(text) ?? [];
    const lines = value.split('<br>').map((line) => line.trim());
    assert.deepEqual(lines.slice(1), [`Signed in: ${signedIn}`, `Last seen: ${seen}, from 127.0.0.1`]);
  });

  it('[29] says the same about an address that is somebody’s, whose owner is told', async () => {
    const bob = await newPerson(server.issuer);
    const wanted = newEmail();
    await enter(agent, ada);
    const form = await agent.open('/account/email');
    const words = async (email: string) => {
      const { status, text } = await agent.submit(form, { email });
      return [status, text.replaceAll(email, '').replace(/<dd>[^<]*<\/dd>|[\w-]{36}/g, '')];
    };
    assert.deepEqual(await words(bob.email), await words(wanted));
    await newestMail(server.issuer, bob.email, 'You have an account already');
    await newestMail(server.issuer, wanted, 'Confirm your new address');
    assert.equal(
      (await mailsTo(server.issuer, bob.email)).filter(({ links }) => /confirm/.test(String(links))).length,
      0,
    );
  });

  it('changes the password, and says what is wrong with one that won’t do', async () => {
    await enter(agent, ada);
    const form = await agent.open('/account/password');
    const wrong = await agent.submit(form, { password: 'too short' });
    assert.equal(wrong.status, 422);
    assert.match(faultOf(wrong, 'password') ?? '', /at least 15/);
    assert.doesNotMatch(wrong.text, /too short"/);
    const done = await agent.submit(form, { password: NEW });
    assert.equal(noticeOf(done), 'Your password was changed. You’re signed out everywhere else.');
    assert.equal(headingOf(await agent.open('/account')), 'Your account', 'this browser stays signed in');
    const mail = await newestMail(server.issuer, ada.email, 'Your password was changed');
    assert.match(mail.text, /signed out everywhere else/);
    assert.equal(headingOf(await enter(new UserAgent(server.issuer), { ...ada, password: NEW })), 'Your account');
  });

  it('shows what is held, as a file of JSON that holds no secret', async () => {
    await enter(agent, ada);
    const file = await agent.submit(await agent.open('/account/data'), {});
    assert.equal(file.status, 200);
    assert.match(
      file.headers.get('content-disposition') ?? '',
      /^attachment; filename="gatehouse-\d{4}-\d\d-\d\d\.json"$/,
    );
    assert.match(file.headers.get('content-type') ?? '', /^application\/json/);
    assert.match(file.headers.get('cache-control') ?? '', /no-store/);
    const data = JSON.parse(file.text);
    assert.equal(data.profile.email, ada.email);
    assert.equal(data.sessions.length, 1);
    assert.equal(data.sessions[0].address, '127.0.0.1');
    assert.deepEqual(Object.keys(data).sort(), [
      'applications',
      'exported_at',
      'issuer',
      'mails',
      'profile',
      'proofs',
      'sessions',
      'tokens',
    ]);
    assert.deepEqual(
      data.mails.map(({ kind }: { kind: string }) => kind),
      ['verify-email'],
    );
    assert.doesNotMatch(file.text, /argon2|digest|password_hash|_key/);
  });

  it('is deleted by typing its address, kept by signing in within 14 days, erased after', async () => {
    await enter(agent, ada);
    const form = await agent.open('/account/delete');
    const wrong = await agent.submit(form, { email: newEmail() });
    assert.deepEqual([wrong.status, (await rowOf(ada.email)).deletion_due_at], [422, null]);
    assert.match(faultOf(wrong, 'email') ?? '', /isn’t the address/);
    const done = await agent.submit(form, { email: ` ${ada.email.toUpperCase()} ` });
    assert.equal(headingOf(done), 'Your account will be deleted');
    const due = (await rowOf(ada.email)).deletion_due_at;
    const day = wordsIn('en').day(due);
    assert.ok(done.text.includes(day), day);
    assert.ok((await newestMail(server.issuer, ada.email, 'Your account will be deleted')).text.includes(day));
    const asked = await enter(agent, ada);
    assert.equal(headingOf(asked), 'Keep your account?');
    assert.equal(headingOf(await agent.submit(asked, { decision: 'leave' })), 'Your account will be deleted');
    assert.equal(headingOf(await agent.open('/account')), 'Keep your account?');
    const kept = await agent.submit(await agent.open('/account'), { decision: 'keep' });
    assert.equal(headingOf(kept), 'Your account');
    assert.equal((await rowOf(ada.email)).deletion_due_at, null);
    await agent.submit(await enter(agent, ada, '/account/delete'), { email: ada.email });
    clock.advance(14 * DAY);
    await server.db.raw(`select graphile_worker.add_job('erase_accounts')`);
    await until('the account is erased', async () => (await rowOf(ada.email)) === undefined);
  });
});
