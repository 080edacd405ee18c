import assert from 'node:assert/strict';
import { ask } from '../../support/ask.ts';
import { declaration, SECRET } from '../../support/declaration.ts';
import { mailsTo, newestMail, type Subject } from '../../support/demo.ts';
import { dumpDatabase, occurrences } from '../../support/dump.ts';
import { csrfOf } from '../../support/forms.ts';
import { answerOf, askSilently, type Person, signIn, signInAt } from '../../support/people.ts';
import { newEmail, PASSWORD, RelyingParty, registerAt } from '../../support/relying-party.ts';
import { seen } from '../../support/seen.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
const NEW = 'an entirely different battery';
const [REGISTER, VERIFY] = ['/account/register', '/account/verify-email'];
const [FORGOT, RESET] = ['/account/forgot-password', '/account/reset-password'];
const web = { client_id: 'web', scope: 'openid email' };
const confidential = { id: 'confidential', secret: SECRET };
const offline = { client_id: 'confidential', scope: 'openid email offline_access', prompt: 'consent' };

describe('accounts by mail', function () {
  this.timeout(40_000);
  let server: TestServer;
  let clock: TestClock;
  let party: RelyingParty;
  let agent: UserAgent;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ yaml, jobs: true, clock });
    party = new RelyingParty(server.issuer);
  });
  beforeEach(() => {
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  const send = async (path: string, fields: Record<string, string>, by = agent) =>
    by.submit(await by.open(path), fields);
  const linkTo = async (email: string, subject: Subject) => (await newestMail(server.issuer, email, subject)).links[0];
  const tokenIn = (link: string) => new URL(link).searchParams.get('token') ?? '';
  const userOf = (email: string) => server.db('users').where({ email }).first();
  const proofsOf = (id: string) => server.db('email_proofs').where({ user_id: id }).orderBy('purpose');

  /** Somebody who registered, and has not read their mail. */
  async function unproved(email = newEmail()): Promise<Person> {
    await send(REGISTER, { email, password: PASSWORD }, new UserAgent(server.issuer));
    return { email, password: PASSWORD };
  }
  /** Somebody with an account whose address is proved. */
  async function proved(): Promise<Person> {
    const person = await unproved();
    const theirs = new UserAgent(server.issuer);
    const page = await theirs.submit(await theirs.open(await linkTo(person.email, 'Confirm your address')), {});
    assert.equal((await userOf(person.email)).email_verified, true, page.text);
    return person;
  }
  /** The token of a reset that the person asked for. */
  async function askedToReset(email: string): Promise<string> {
    await send(FORGOT, { email }, new UserAgent(server.issuer));
    return tokenIn(await linkTo(email, 'Set a new password'));
  }

  it('[30] knows no browser before its sign-in is complete: not while the address is to be proved', async () => {
    const person = await unproved();
    const known = async () => Object.keys(await agent.cookies()).includes('gatehouse_known_device');
    const wait = await signInAt(agent, await agent.open(party.authorizeUrl(web)), person);
    assert.ok(wait.url.includes(VERIFY), wait.url);
    assert.equal(await known(), false);
    await agent.submit(await agent.open(await linkTo(person.email, 'Confirm your address')), {});
    await signInAt(agent, await agent.open(party.authorizeUrl(web)), person);
    assert.equal(await known(), true);
  });

  it('tells of one sign-in, when it is complete: not of a password while the address is to be proved', async () => {
    const person = await unproved();
    const { id } = await userOf(person.email);
    const told = () => server.db('events').where({ subject: id, type: 'identity.login.succeeded.v1' });
    await signInAt(agent, await agent.open(party.authorizeUrl(web)), person);
    assert.deepEqual([await told(), (await userOf(person.email)).last_login_at], [[], null]);
    const link = await linkTo(person.email, 'Confirm your address');
    const interaction = new URL((await agent.open(party.authorizeUrl(web))).url).pathname.split('/').at(-1);
    const back = await agent.submit(await agent.open(`${link}&interaction=${interaction}`), {});
    assert.ok(back.text.includes('name="decision"'), back.text);
    const [event, ...others] = await told();
    assert.deepEqual([event.client_id, event.actor, others], ['web', `user:${id}`, []]);
    assert.deepEqual((await userOf(person.email)).last_login_at, event.time);
  });

  it('[25] mail links to the issuer, and redirects stay there, whatever host a request names', async () => {
    const known = await proved();
    const email = newEmail();
    const port = Number(new URL(server.issuer).port);
    const hosts = {
      host: 'evil.example',
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=evil.example;proto=https',
      'x-original-host': 'evil.example',
      origin: server.issuer,
    };
    for (const [path, fields, next] of [
      [REGISTER, { email, password: PASSWORD }, VERIFY],
      [FORGOT, { email: known.email }, undefined],
      [REGISTER, { email: known.email, password: PASSWORD }, VERIFY],
    ] as const) {
      const page = await agent.open(path);
      const headers = {
        ...hosts,
        cookie: await agent.jar.getCookieString(page.url),
        'content-type': 'application/x-www-form-urlencoded',
      };
      const body = new URLSearchParams({ _csrf: csrfOf(page), ...fields }).toString();
      const answer = await ask(port, path, { method: 'POST', headers }, body);
      assert.ok(answer.status < 400, `${path}: ${answer.status}`);
      assert.ok(!answer.text.includes('evil'));
      assert.equal(answer.location, next, path);
    }
    await linkTo(email, 'Confirm your address');
    await linkTo(known.email, 'Set a new password');
    await linkTo(known.email, 'You have an account already');
    for (const mail of [...(await mailsTo(server.issuer, email)), ...(await mailsTo(server.issuer, known.email))]) {
      assert.ok(mail.links.length > 0 && mail.links.every((link) => link.startsWith(`${server.issuer}/account/`)));
      assert.doesNotMatch(JSON.stringify(mail), /evil/);
    }
  });

  it('[27] a reset with a step skipped, reordered or posted empty fails and changes nothing', async () => {
    const { email } = await proved();
    const other = await unproved();
    const token = await askedToReset(email);
    const verifying = tokenIn(await linkTo(other.email, 'Confirm your address'));
    const { id } = await userOf(email);
    const state = async () => [await userOf(email), await proofsOf(id), await userOf(other.email)];
    const before = await state();
    const page = await agent.open(`${RESET}?token=${token}`);
    const _csrf = csrfOf(page);
    const bent: Record<string, Record<string, string>> = {
      nothing: {},
      'no proof of the form': { token, password: NEW },
      'no token': { _csrf, password: NEW },
      'an empty token': { _csrf, token: '', password: NEW },
      'a made-up token': { _csrf, token: 'A'.repeat(43), password: NEW },
      'half a token': { _csrf, token: token.slice(0, 20), password: NEW },
      'a token as a list': { _csrf, 'token[]': token, password: NEW },
      'the token of a verification': { _csrf, token: verifying, password: NEW },
      'the user’s id': { _csrf, token: id, user_id: id, email, password: NEW },
      'no password': { _csrf, token },
      'an empty password': { _csrf, token, password: '' },
      'a short password': { _csrf, token, password: 'short' },
    };
    for (const [label, fields] of Object.entries(bent)) {
      const answer = await agent.post(RESET, fields);
      assert.ok(answer.status >= 400 && answer.status < 500, `${label}: ${answer.status}`);
      assert.deepEqual(await state(), before, label);
    }
    const elsewhere = await agent.post(`${RESET}?token=${token}&password=${NEW}`, { _csrf });
    assert.ok(elsewhere.status >= 400, 'what stands in the address is no form');
    for (let views = 0; views < 3; views += 1)
      await agent.get(`${RESET}?token=${token}&password=${encodeURIComponent(NEW)}`);
    assert.equal((await agent.get(RESET)).status, 400);
    await agent.post(VERIFY, { _csrf, token });
    assert.deepEqual(await state(), before);
    const done = await agent.submit(page, { password: NEW });
    assert.equal(done.status, 200, done.text);
    assert.notEqual((await userOf(email)).password_hash, before[0].password_hash);
  });

  it('[27] a verification with a step skipped or posted empty fails, and opening its link uses nothing up', async () => {
    const { email } = await unproved();
    const link = await linkTo(email, 'Confirm your address');
    const { id } = await userOf(email);
    const state = async () => [await userOf(email), (await proofsOf(id)).map(({ token_digest }) => token_digest)];
    const before = await state();
    const page = await agent.open(link);
    for (let views = 0; views < 3; views += 1) assert.equal((await agent.get(link)).status, 200);
    const _csrf = csrfOf(page);
    for (const fields of [
      {},
      { _csrf },
      { _csrf, token: '' },
      { token: tokenIn(link) },
      { _csrf, email, code: '' },
      { _csrf, user_id: id },
    ]) {
      const answer = await agent.post(VERIFY, fields as Record<string, string>);
      assert.ok(answer.status < 500);
      assert.deepEqual(await state(), before, JSON.stringify(fields));
    }
    await agent.submit(page, {});
    assert.equal((await userOf(email)).email_verified, true);
    assert.equal((await agent.submit(page, {})).status, 400, 'once');
  });

  it('[29] a link that no longer works leads to sign-in, where another mail comes if one is needed', async () => {
    const begin = async (email: string) => {
      const browser = new UserAgent(server.issuer);
      const waiting = await registerAt(browser, await browser.open(party.authorizeUrl(web)), email);
      return { browser, waiting, page: await browser.open(await linkTo(email, 'Confirm your address')) };
    };
    const mailed = (count: number) =>
      until(`${count} mails`, async () => (await mailsTo(server.issuer, bob)).length === count);
    const [ada, bob] = [newEmail(), newEmail()];
    const [used, replaced] = [await begin(ada), await begin(bob)];
    const elsewhere = new UserAgent(server.issuer);
    await elsewhere.submit(await elsewhere.open(used.page.url), {});
    assert.equal((await userOf(ada)).email_verified, true);
    clock.advance(61);
    await replaced.browser.submit(replaced.waiting, { again: 'yes' });
    await mailed(2);
    const answers = [await used.browser.submit(used.page, {}), await replaced.browser.submit(replaced.page, {})];
    const [one, other] = answers.map((answer) => seen(answer, 'no address is in it'));
    assert.deepEqual(one, other);
    const text = answers[1]?.text ?? '';
    assert.match(text, /sign in to be sent another/);
    const [, next = ''] = /class="button primary" href="([^"]+)">Sign in</.exec(text) ?? assert.fail(text);
    clock.advance(61);
    const signIn = await replaced.browser.open(next);
    assert.match(
      (await signInAt(replaced.browser, signIn, { email: bob, password: PASSWORD })).text,
      /Check your mail/,
    );
    await mailed(3);
  });

  it('[28] proofs are stored hashed, work once and not for long', async () => {
    const [ada, late] = [await proved(), await proved()];
    const token = await askedToReset(ada.email);
    const lateToken = await askedToReset(late.email);
    assert.deepEqual(occurrences(await dumpDatabase(server.db), { token, lateToken }), []);
    assert.deepEqual(occurrences(server.logs(), { token, lateToken }), []);
    const page = await agent.open(`${RESET}?token=${token}`);
    assert.equal((await agent.submit(page, { password: NEW })).status, 200);
    const again = await agent.submit(page, { password: `${NEW} again` });
    assert.equal(again.status, 400);
    const latePage = await agent.open(`${RESET}?token=${lateToken}`);
    clock.advance(30 * 60);
    assert.equal((await agent.submit(latePage, { password: NEW })).status, 400);
    assert.equal((await userOf(late.email)).email_verified, true);
    const signedIn = await signIn(new UserAgent(server.issuer), party, web, { email: ada.email, password: NEW });
    assert.ok(answerOf(signedIn)['code']);
    const old = await signInAt(agent, await agent.open(party.authorizeUrl(web)), ada);
    assert.equal(old.status, 400);
  });

  it('[28] a reset ends every session and token of that user, and of nobody else', async () => {
    const [ada, bob] = [await proved(), await proved()];
    const live = async (person: Person) => {
      const browser = new UserAgent(server.issuer);
      const { code = '' } = answerOf(await signIn(browser, party, offline, person));
      const { body } = await party.exchange(code, confidential);
      assert.ok(body.refresh_token, JSON.stringify(body));
      const { code: unused = '' } = await askSilently(browser, party, { ...offline, scope: 'openid' });
      assert.ok(unused);
      return { browser, refresh: String(body.refresh_token), access: String(body.access_token), unused };
    };
    const [adas, bobs] = [await live(ada), await live(bob)];
    const token = await askedToReset(ada.email);
    const done = await agent.submit(await agent.open(`${RESET}?token=${token}`), { password: NEW });
    assert.equal(done.status, 200, done.text);
    const works = async ({ browser, refresh, access, unused }: typeof adas) => {
      const userinfo = await fetch(`${server.issuer}/oauth2/userinfo`, {
        headers: { authorization: `Bearer ${access}` },
      });
      const exchanged = await party.exchange(unused, confidential);
      const refreshed = await party.token({ grant_type: 'refresh_token', refresh_token: refresh }, confidential);
      const silent = await askSilently(browser, party, { ...offline, scope: 'openid' });
      return [userinfo.status, exchanged.status, refreshed.status, silent['error'] ?? 'signed in'];
    };
    assert.deepEqual(await works(adas), [401, 400, 400, 'login_required']);
    assert.deepEqual(await works(bobs), [200, 200, 200, 'signed in']);
  });

  it('[37] no form sets email_verified', async () => {
    const more = {
      email_verified: 'true',
      emailVerified: 'true',
      'user[email_verified]': 'true',
      verified: '1',
      status: 'active',
      require_verified_email: 'false',
    };
    const email = newEmail();
    const page = await send(REGISTER, { email, password: PASSWORD, ...more });
    await agent.post(VERIFY, { _csrf: csrfOf(page), code: '', ...more });
    await send(FORGOT, { email, ...more });
    const signedIn = await agent.submit(await agent.open(party.authorizeUrl(web)), {
      email,
      password: PASSWORD,
      ...more,
    });
    assert.match(signedIn.text, /Check your mail/, 'whose address is not proved does not get in');
    assert.equal((await userOf(email)).email_verified, false);
    assert.equal((await askSilently(agent, party, web))['error'], 'login_required');
  });

  it('[39] spellings of one address are one account, and its mails go to the spelling that was registered', async () => {
    const email = newEmail();
    const spellings = [
      email.toUpperCase(),
      email.replace('p', 'ｐ'),
      ` ${email} `,
      email.replace('example', 'ＥＸＡＭＰＬＥ'),
    ];
    await unproved(email);
    const before = await userOf(email);
    for (const spelling of spellings) {
      const page = await send(REGISTER, { email: spelling, password: NEW, name: 'Mallory' });
      assert.match(page.text, /Check your mail/);
    }
    assert.deepEqual(await server.db('users').where({ email_key: email }), [before]);
    await send(FORGOT, { email: spellings[1] ?? '' });
    await linkTo(email, 'Set a new password');
    for (const spelling of spellings.slice(0, 2)) assert.deepEqual(await mailsTo(server.issuer, spelling), []);
  });

  it('[39] look-alikes are accounts of their own: a reset of one is none of the other', async () => {
    const victim = await proved();
    const lookalike = await unproved(victim.email.replace('o', 'о'));
    const [one, other] = [await userOf(victim.email), await userOf(lookalike.email)];
    assert.ok(one && other && one.id !== other.id);
    const token = await askedToReset(lookalike.email);
    await agent.submit(await agent.open(`${RESET}?token=${token}`), { password: NEW });
    assert.deepEqual(await userOf(victim.email), one);
    assert.notEqual((await userOf(lookalike.email)).password_hash, other.password_hash);
  });
});
