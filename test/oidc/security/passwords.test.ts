import assert from 'node:assert/strict';
import { register } from '../../../src/accounts/index.ts';
import { buildAccounts } from '../../../src/build-accounts.ts';
import { catalogue } from '../../../src/i18n/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { signInWith } from '../../support/accounts.ts';
import { declaration } from '../../support/declaration.ts';
import { argon2HashesOf, hashingOf } from '../../support/password-hashing.ts';
import { signInAt } from '../../support/people.ts';
import { type RangeApi, startRangeApi } from '../../support/range-api.ts';
import { newEmail, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const REGISTER = '/account/register';
const BREACHED = 'my horse is called Käthe';
const yaml = `breached_passwords: true\n${declaration}`;

/** What stands beside the password. */
const besidePassword = ({ text }: Page) => /id="password-error">([^<]*)</.exec(text)?.[1];

describe('passwords on pages', () => {
  let server: TestServer;
  let full: TestServer;
  let api: RangeApi;
  let agent: UserAgent;
  before(async () => {
    api = await startRangeApi([BREACHED]);
    server = await startServer({ yaml, passwords: { baseUrl: api.url, patience: 100 } });
    // Another node on the same database, where as many wait as may.
    const env = { MASTER_KEY: server.config.masterKeys[0]?.toString('base64') ?? '' };
    full = await startServer({ env, databaseUrl: server.config.databaseUrl ?? '', passwords: { waiting: 0 } });
  });
  beforeEach(() => {
    agent = new UserAgent(server.issuer);
    api.answer('range');
  });
  after(async () => {
    await full.close();
    await server.close();
    await api.close();
  });

  const registerWith = async (password: string, email = newEmail()) =>
    agent.submit(await agent.open(REGISTER), { name: 'Ada Lovelace', email, password });
  const users = async () => Number((await server.db('users').count())[0]?.['count']);
  const metric = async (name: string) => {
    const { text } = await agent.get('/metrics');
    return Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')[1],
    );
  };
  const checks = (result: string) => metric(`password_breach_checks_total{result="${result}"}`);

  it('[38] are refused with what to do beside the field, before hashing, and nothing is written', async () => {
    const { problems } = catalogue;
    const bad: [what: string, password: string, words: { en: string }][] = [
      ['none', '', problems.password_too_short],
      ['1 character', 'x', problems.password_too_short],
      ['8 spaces', ' '.repeat(8), problems.password_too_short],
      ['14 emoji', '🦉🎻🦊🍋🚲🧭🪁🐙🌵🎲🧵🪴🦔🍇', problems.password_too_short],
      ['10,000 characters', 'correct horse '.repeat(715), problems.password_too_long],
      ['NUL', 'correct horse\0battery staple', problems.password_unreadable],
      ['a common one', 'Passwordpassword1', problems.password_common],
      ['their own name', 'Ada Lovelace 1815', problems.password_common],
      ['a breached one', BREACHED, problems.password_breached],
    ];
    const before = await users();
    const hashes = await hashingOf(async () => {
      for (const [what, password, words] of bad) {
        const page = await registerWith(password);
        assert.equal(page.status, 422, what);
        assert.equal(besidePassword(page), words.en.replace('{min}', '15').replace('{max}', '1000'), what);
        assert.match(page.text, /value="Ada Lovelace"/, what);
        assert.ok(password.length < 8 || !page.text.includes(password), what);
      }
    });
    assert.deepEqual(hashes, []);
    assert.equal(await users(), before);
  });

  it('[38] are looked up among the breached ones, and taken when nobody can be asked; both are counted', async () => {
    const count = async () => [await checks('clean'), await checks('breached'), await checks('failed')];
    const [clean = 0, breached = 0, failed = 0] = await count();
    await registerWith(BREACHED);
    assert.equal((await registerWith(PASSWORD)).status, 200);
    for (const how of ['hang', 'fail'] as const) {
      api.answer(how);
      assert.equal((await registerWith(BREACHED)).status, 200, how);
    }
    assert.deepEqual(await count(), [clean + 1, breached + 1, failed + 2]);
    for (const secret of [BREACHED, encodeURIComponent(BREACHED)]) assert.ok(!server.logs().includes(secret));
  });

  it('[38] are not looked up where that is switched off: nobody is asked, and breached ones are taken', async () => {
    const config = { ...server.config, breachedPasswords: false };
    const off = buildAccounts(config, { db: server.db, redis: undefined }, systemClock, { baseUrl: api.url });
    const before = api.requests.length;
    const registration = { email: newEmail(), password: BREACHED, name: undefined };
    assert.ok('userId' in (await register(off, registration)));
    assert.ok(await signInWith(off, registration.email, BREACHED));
    assert.equal(api.requests.length, before);
  });

  it('[29] of 10,000 characters are refused at sign-in before hashing, whoever it is; with NUL, after one hash', async () => {
    const email = newEmail();
    await registerWith(PASSWORD, email);
    const page = await agent.open(new RelyingParty(server.issuer).authorizeUrl({ client_id: 'web' }));
    const words = catalogue.problems.password_too_long.en.replace('{max}', '1000');
    const hashes = await argon2HashesOf(async () => {
      for (const whose of [email, 'nobody@example.com']) {
        const refused = await signInAt(agent, page, { email: whose, password: 'x'.repeat(10_000) });
        assert.deepEqual([refused.status, besidePassword(refused)], [422, words], whose);
        assert.ok(refused.text.includes(`value="${whose}"`) && !refused.text.includes('x'.repeat(100)), whose);
      }
    });
    assert.equal(hashes, 0);
    const wrong = () => signInAt(agent, page, { email, password: `${PASSWORD}\0` });
    assert.equal(await argon2HashesOf(async () => assert.equal((await wrong()).status, 400)), 1);
  });

  it('[29] [R12] are not looked at while too many wait: a page in words, for whoever it is', async () => {
    const email = newEmail();
    await registerWith(PASSWORD, email);
    const browser = new UserAgent(full.issuer);
    const signIn = await browser.open(new RelyingParty(full.issuer).authorizeUrl({ client_id: 'web' }));
    const refusals = [
      await signInAt(browser, signIn, { email, password: PASSWORD }),
      await signInAt(browser, signIn, { email: 'nobody@example.com', password: PASSWORD }),
      await browser.submit(await browser.open(REGISTER), { email: newEmail(), password: PASSWORD }),
    ];
    for (const { status, headers, text } of refusals) {
      assert.equal(status, 503);
      assert.match(headers.get('retry-after') ?? '', /^[1-9]\d?$/);
      assert.ok(
        text.includes(catalogue['problem-page'].busy_heading.en) &&
          text.includes(catalogue['problem-page'].busy_message.en),
      );
    }
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(signIn.text)?.[1] ?? '';
    const fields = { _csrf, email, password: PASSWORD };
    const german = await browser.post(signIn.url, fields, { 'accept-language': 'de' });
    assert.ok(german.text.includes(catalogue['problem-page'].busy_heading.de));
    const { headers, text } = await browser.post(signIn.url, fields, { accept: 'application/json' });
    assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/);
    assert.equal(JSON.parse(text).code, 'busy');
    assert.doesNotMatch(full.logs(), /request failed/, 'it is counted, and no fault of ours');
    const metrics = (await browser.get('/metrics')).text;
    assert.match(metrics, /^password_hashing_refused_total 5$/m);
    assert.match(metrics, /^password_hashing_waiting 0$/m);
  });
});
