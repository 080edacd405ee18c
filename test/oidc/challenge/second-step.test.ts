import assert from 'node:assert/strict';
import { firstPartyDeclaration } from '../../support/api.ts';
import { type Challenged, NativeApp, newUser } from '../../support/challenge.ts';
import { newestCode, newestMail } from '../../support/demo.ts';
import { newEmail, PASSWORD } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { wrong } from '../../support/tour.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const yaml = firstPartyDeclaration.replace('require_verified_email: false', 'require_verified_email: true');

describe('POST /oauth2/challenge, where a password is not enough', function () {
  this.timeout(40_000);
  let server: TestServer;
  let clock: TestClock;
  let app: NativeApp;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ yaml, clock, jobs: true });
  });
  beforeEach(() => {
    app = new NativeApp(server.issuer);
  });
  after(() => server.close());

  const refused = ({ status, body }: Challenged) => [status, body['error']];
  const person = () => newUser(server.issuer);
  const goOn = (auth_session: unknown, code: string, more: Record<string, string> = {}) =>
    app.post('/oauth2/challenge', { auth_session: String(auth_session), code, ...more });

  /** Somebody whose address is not proved, one step in. */
  async function halfIn() {
    const user = await person();
    const code = await newestCode(server.issuer, user.username);
    const { body } = await app.signIn(user);
    return { ...user, code, session: body['auth_session'] };
  }

  it('tells nobody but who has the password that the address is to be proved', async () => {
    const user = await person();
    assert.deepEqual(refused(await app.signIn({ ...user, password: `${PASSWORD} wrong` })), [400, 'access_denied']);
    const { status, headers, body } = await app.signIn(user);
    assert.equal(status, 403);
    assert.equal(headers.get('cache-control'), 'no-store');
    assert.deepEqual(Object.keys(body).sort(), ['auth_session', 'email_code_required', 'error', 'error_description']);
    assert.deepEqual([body['error'], body['email_code_required']], ['insufficient_authorization', true]);
    const opaque = Buffer.from(String(body['auth_session']), 'base64url').toString('latin1');
    for (const word of [user.username, 'openid email', app.challenge]) assert.ok(!opaque.includes(word), word);
  });

  it('mails a code in the application’s name, takes it once, and proves the address', async () => {
    const user = await person();
    await newestMail(server.issuer, user.username, 'Confirm your address');
    clock.advance(120);
    await server.db('email_proofs').update({ created_at: new Date(clock.now().getTime() - 120_000) });
    const { body } = await app.signIn(user);
    const { id } = await server.db('users').where({ email: user.username }).first();
    const told = () => server.db('events').where({ subject: id, type: 'identity.login.succeeded.v1' }).pluck('actor');
    assert.deepEqual(await told(), [], 'not in yet');
    const mail = await untilNamed(user.username, 'Our app');
    const [code = ''] = /^\d{6}$/m.exec(mail.text) ?? [];
    const missed = await goOn(body['auth_session'], wrong(code));
    assert.deepEqual(
      [...refused(missed), missed.body['auth_session']],
      [403, 'insufficient_authorization', body['auth_session']],
    );
    const { status, body: answer } = await goOn(body['auth_session'], code);
    assert.equal(status, 200);
    assert.deepEqual(await told(), [`user:${id}`]);
    const { status: exchanged, body: tokens } = await app.exchange(answer['authorization_code']);
    assert.equal(exchanged, 200);
    assert.equal(tokens['scope'], 'openid email');
    assert.equal((await server.db('users').where({ email: user.username }).first()).email_verified, true);
    assert.deepEqual(refused(await goOn(body['auth_session'], code)), [400, 'invalid_session'], 'a second time');
    assert.equal((await app.signIn(user)).status, 200, 'from now on the password is enough');
  });

  function untilNamed(address: string, app: string) {
    return until(`a mail in the name of ${app}`, async () => {
      const mail = await newestMail(server.issuer, address, 'Confirm your address');
      return mail.subject.endsWith(app) && mail;
    });
  }

  it('of many who send the code at once, lets in one', async () => {
    const { session, code } = await halfIn();
    const all = await Promise.all(Array.from({ length: 10 }, () => goOn(session, code)));
    assert.equal(all.filter(({ status }) => status === 200).length, 1);
  });

  it('[6] binds the session to its client, its request and its challenge', async () => {
    const { session, code } = await halfIn();
    const own = new NativeApp(server.issuer, 'own');
    const stolen = await own.post('/oauth2/challenge', { auth_session: String(session), code });
    assert.deepEqual(refused(stolen), [400, 'invalid_session'], 'another client');
    for (const [name, value] of [
      ['code_challenge', new NativeApp(server.issuer).challenge],
      ['scope', 'openid email offline_access'],
      ['redirect_uri', 'https://app.example/callback'],
      ['resource', 'https://api.example.com'],
      ['nonce', 'undefined'],
    ] as const)
      assert.deepEqual(refused(await goOn(session, code, { [name]: value })), [400, 'invalid_request'], name);
    const same = { code_challenge: app.challenge, code_challenge_method: 'S256', scope: 'openid email' };
    const { status, body } = await goOn(session, code, same);
    assert.equal(status, 200, 'saying the same again is no harm');
    const thief = new NativeApp(server.issuer);
    assert.deepEqual(
      refused(await thief.exchange(body['authorization_code'])),
      [400, 'invalid_grant'],
      'another verifier',
    );
    assert.equal((await app.exchange(body['authorization_code'])).status, 200);
  });

  it('takes a session for ten minutes, unchanged, and with a code alone', async () => {
    const { session, code, username } = await halfIn();
    const text = String(session);
    assert.deepEqual(refused(await app.post('/oauth2/challenge', { auth_session: text })), [400, 'invalid_request']);
    const bend = (sealed: string) => sealed.replace(/.(?=.{20}$)/, (one) => (one === '_' ? '-' : '_'));
    for (const bent of [text.slice(0, -4), `${text}AAAA`, bend(text), '', 'x', username])
      assert.notEqual((await goOn(bent, code)).status, 200, bent);
    clock.advance(9 * 60);
    assert.deepEqual(refused(await goOn(session, wrong(code))), [403, 'insufficient_authorization']);
    clock.advance(60);
    assert.deepEqual(refused(await goOn(session, code)), [400, 'invalid_session']);
  });

  it('gives nothing for a session whose person has proved the address elsewhere, or is disabled', async () => {
    const elsewhere = await halfIn();
    const { links } = await newestMail(server.issuer, elsewhere.username, 'Confirm your address');
    const agent = new UserAgent(server.issuer);
    await agent.submit(await agent.open(links[0]), {});
    assert.deepEqual(refused(await goOn(elsewhere.session, elsewhere.code)), [400, 'invalid_session']);
    const disabled = await halfIn();
    await server.db('users').where({ email: disabled.username }).update({ status: 'disabled' });
    assert.deepEqual(refused(await goOn(disabled.session, disabled.code)), [400, 'invalid_session']);
  });

  it('[30] voids the code after five wrong ones; another sign-in mails another', async () => {
    const { session, code, ...user } = await halfIn();
    for (let tries = 0; tries < 5; tries += 1)
      assert.deepEqual(refused(await goOn(session, wrong(code))), [403, 'insufficient_authorization']);
    assert.deepEqual(refused(await goOn(session, code)), [403, 'insufficient_authorization']);
    const anew = await app.signIn(user);
    assert.deepEqual(refused(anew), [403, 'insufficient_authorization']);
    const mail = await untilNamed(user.username, 'Our app');
    const [another = ''] = /^\d{6}$/m.exec(mail.text) ?? [];
    assert.equal((await goOn(anew.body['auth_session'], another)).status, 200);
  });

  it('[30] says when to come back where it mails no further code, and does not wait for one', async () => {
    const user = await person();
    for (let mails = 0; mails < 10; mails += 1)
      assert.deepEqual(refused(await app.signIn(user)), [403, 'insufficient_authorization']);
    const { headers, ...answer } = await app.signIn(user);
    assert.deepEqual(refused({ headers, ...answer }), [429, 'slow_down']);
    const seconds = Number(headers.get('retry-after'));
    assert.ok(seconds > 86_000 && seconds <= 86_400, String(seconds));
    assert.equal(answer.body['auth_session'], undefined);
  });

  it('[30] slows down who tries passwords, and not the device that somebody signed in on', async () => {
    const user = await person();
    await server.db('users').where({ email: user.username }).update({ email_verified: true });
    const { body } = await app.signIn(user);
    const device = String(body['device']);
    for (let tries = 0; tries < 5; tries += 1)
      assert.deepEqual(refused(await app.signIn({ ...user, password: 'wrong' })), [400, 'access_denied']);
    const slowed = await app.signIn(user);
    assert.deepEqual(refused(slowed), [429, 'slow_down']);
    assert.match(slowed.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.equal((await app.signIn({ ...user, device })).status, 200);
    await server.db('rate_limits').whereLike('key', 'sign_in:slow%').update({ points: 1000 });
    assert.deepEqual(refused(await app.signIn(user)), [400, 'redirect_to_web'], 'a new password has to be set');
  });

  it('sends to the pages who has to be asked there whether to keep the account', async () => {
    const user = await person();
    const row = server.db('users').where({ email: user.username });
    await row.clone().update({ email_verified: true, deletion_due_at: new Date(Date.now() + 86_400_000) });
    assert.deepEqual(refused(await app.signIn(user)), [400, 'redirect_to_web']);
    assert.deepEqual(refused(await app.signIn({ ...user, password: 'wrong' })), [400, 'access_denied']);
    await row.clone().update({ deletion_due_at: null });
    assert.equal((await app.signIn(user)).status, 200);
  });

  it('[R12] says when to come back while too many passwords wait to be checked', async () => {
    const full = await startServer({ yaml, passwords: { waiting: 0 } });
    const answer = await new NativeApp(full.issuer).signIn({ username: newEmail(), password: PASSWORD });
    await full.close();
    assert.deepEqual(refused(answer), [503, 'temporarily_unavailable']);
    assert.match(answer.headers.get('retry-after') ?? '', /^[1-9]\d*$/);
    assert.doesNotMatch(full.logs(), /request failed/);
  });
});
