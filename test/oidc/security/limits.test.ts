import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { buildAccounts } from '../../../src/build-accounts.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type Limits, SIGN_IN } from '../../../src/limits/index.ts';
import { newestMail } from '../../support/demo.ts';
import { argon2HashesOf } from '../../support/password-hashing.ts';
import { answerOf, newPerson, type Person, signInAt } from '../../support/people.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { newEmail, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const request = { client_id: 'own', scope: 'openid' };
const FORGOT = '/account/forgot-password';
const NEW = 'an entirely different battery';
const WRONG = `${PASSWORD}.`;
const MINUTE = 60;

/** What a try at a password came to, and what it cost. */
interface Seen {
  readonly status: number;
  /** Seconds, by the header. */
  readonly wait: number | undefined;
  readonly text: string;
  readonly hashes: number;
  readonly statements: readonly string[];
}

const noticeOf = (text: string): string => /<p class="notice bad">(.*?)<\/p>/.exec(text)?.[1] ?? '';

/** What the crontab does beside whatever is being counted. */
const EVERY_MINUTE = /known_crontabs|delete from rate_limits/;

describe('limits on passwords', function () {
  this.timeout(30_000);
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let clock: TestClock;
  let party: RelyingParty;
  /** The server's own counts: to fail often without hashing as often. */
  let limits: Limits;
  let date: SinonFakeTimers;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    // Counting goes by the machine's time, which the tests below set; all else by a clock that stands still.
    clock = new TestClock();
    server = await startServer({ databaseUrl: wire.url, jobs: true, clock });
    party = new RelyingParty(server.issuer);
    ({ limits } = buildAccounts(server.config, { db: server.db, redis: undefined }, systemClock));
  });
  beforeEach(() => {
    date = useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterEach(() => date.restore());
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const stranger = { network: '203.0.113.5' };
  const signInPage = (agent: UserAgent) => agent.open(party.authorizeUrl({ ...request, prompt: 'login' }));
  const signIn = async (agent: UserAgent, person: Person) => signInAt(agent, await signInPage(agent), person);
  const isIn = (page: Page) => answerOf(page)['code'] !== undefined;
  /** Strangers have failed so often in a row. */
  const attacked = async (email: string, failures: number) => {
    for (let count = 0; count < failures; count += 1) {
      assert.ok('failures' in (await limits.trySignIn(email, stranger, async () => undefined)));
      if (count + 1 < failures) date.tick(SIGN_IN.longestWait * 1000);
    }
  };
  /** The statements of a try at a password. The worker uses the same wire, and works when it likes. */
  const costOf = async (act: () => Promise<unknown>) =>
    (await wire.statementsOf(act)).filter(
      (sql) => /rate_limits|add_job|where email_key = \$1$/.test(sql) && !EVERY_MINUTE.test(sql),
    );
  const lookAt = async (act: () => Promise<Page>): Promise<Seen> => {
    let page: Page | undefined;
    let statements: string[] = [];
    const hashes = await argon2HashesOf(async () => {
      statements = await costOf(async () => {
        page = await act();
      });
    });
    assert.ok(page);
    const wait = page.headers.get('retry-after');
    return { status: page.status, wait: wait === null ? undefined : Number(wait), text: page.text, hashes, statements };
  };
  const reset = async (agent: UserAgent, email: string) => {
    await agent.submit(await agent.open(FORGOT), { email });
    const { links } = await newestMail(server.issuer, email, 'Set a new password');
    return agent.submit(await agent.open(links[0]), { password: NEW });
  };

  it('[30] verifies 5 of 50 wrong passwords tried at once, and of one a second the next', async () => {
    const { email } = await newPerson(server.issuer);
    const agent = new UserAgent(server.issuer);
    const page = await signInPage(agent);
    const statuses = async (tries: number) => {
      const all = Array.from({ length: tries }, () => signInAt(agent, page, { email, password: WRONG }));
      return (await Promise.all(all)).map(({ status }) => status).sort();
    };
    let seen: number[] = [];
    const hashes = () =>
      argon2HashesOf(async () => {
        seen = await statuses(50);
      });
    assert.equal(await hashes(), 5);
    assert.deepEqual(seen, [...Array(5).fill(400), ...Array(45).fill(429)]);
    date.tick(1000);
    assert.equal(await hashes(), 1);
  });

  it('[30] makes known and unknown addresses wait the same, longer and longer, and says so', async () => {
    const known = await newPerson(server.issuer);
    const observed: Seen[][] = [];
    for (const email of [known.email, newEmail()]) {
      const agent = new UserAgent(server.issuer);
      const page = await signInPage(agent);
      const answers: Seen[] = [];
      for (let tries = 0; tries < 10; tries += 1) {
        answers.push(await lookAt(() => signInAt(agent, page, { email, password: WRONG })));
        const { wait, text } = answers.at(-1) as Seen;
        assert.ok(text.includes(`value="${email}"`), 'what was typed is kept');
        assert.ok(!text.includes(WRONG), 'but not the password');
        // Once too early, and then in time.
        if (tries % 2 === 1 && wait) date.tick(wait * 1000);
      }
      observed.push(answers.map((answer) => ({ ...answer, text: noticeOf(answer.text) })));
    }
    assert.deepEqual(observed[0], observed[1]);
    const waits = (observed[0] ?? []).map(({ status, wait, hashes }) => [status, wait, hashes]);
    const wrong = [400, undefined, 1];
    assert.deepEqual(waits, [...Array(5).fill(wrong), [429, 1, 0], wrong, [429, 2, 0], wrong, [429, 4, 0]]);
    assert.match(
      observed[0]?.[7]?.text ?? '',
      /^Too many tries\. You can try again in 2 seconds\. If you’ve forgotten/,
    );
  });

  it('[30] says it in the person’s language', async () => {
    const email = newEmail();
    await attacked(email, 9);
    for (const [language, words] of [
      ['de', 'Sie können es in 16 Sekunden noch einmal versuchen.'],
      ['fr', 'Vous pourrez réessayer dans 16 secondes.'],
      ['es', 'Podrá volver a intentarlo dentro de 16 segundos.'],
      ['sv', 'Du kan försöka igen om 16 sekunder.'],
    ] as const) {
      const agent = new UserAgent(server.issuer, { 'accept-language': language });
      const page = await signInAt(agent, await signInPage(agent), { email, password: WRONG });
      assert.ok(page.text.includes(words), page.text);
    }
  });

  it('[30] keeps no owner out of a browser of theirs, whatever strangers try', async () => {
    const person = await newPerson(server.issuer);
    const [home, elsewhere] = [new UserAgent(server.issuer), new UserAgent(server.issuer)];
    assert.ok(isIn(await signIn(home, person)));
    await attacked(person.email, 20);
    assert.equal((await signIn(elsewhere, person)).status, 429);
    assert.ok(isIn(await signIn(home, person)));
    assert.equal((await signIn(elsewhere, person)).status, 429, 'which forgives strangers nothing');
    assert.equal((await signIn(home, { ...person, password: WRONG })).status, 400);
    date.tick(SIGN_IN.longestWait * 1000);
    assert.ok(isIn(await signIn(elsewhere, person)));
    date.tick(1000);
    await attacked(person.email, 5);
    assert.ok(isIn(await signIn(elsewhere, person)), 'it is known from now on');
  });

  it('[30] knows a browser by a cookie that scripts, other sites and other people have no use for', async () => {
    const [ada, bob] = [await newPerson(server.issuer), await newPerson(server.issuer)];
    const home = new UserAgent(server.issuer);
    const page = await signInPage(home);
    const { text } = page;
    const action = /<form[^>]*action="([^"]+)"/.exec(text)?.[1] ?? '';
    const _csrf = /name="_csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const answer = await home.post(action, { _csrf, ...ada });
    const cookie = answer.headers.getSetCookie().find((each) => each.startsWith('gatehouse_known_device=')) ?? '';
    assert.match(cookie, /; path=\/; expires=[^;]+; samesite=lax; httponly$/);
    const { id } = await server.db('users').where({ email: ada.email }).first();
    for (const secret of [ada.email, id, id.replaceAll('-', '')]) assert.ok(!cookie.includes(secret));
    await attacked(bob.email, 6);
    assert.equal((await signIn(home, bob)).status, 429, 'of hers, not of his');
  });

  it('[30] looks at no password after a hundred wrong ones; a reset by mail lets the owner in', async () => {
    const person = await newPerson(server.issuer);
    const unknown = { ...person, email: newEmail() };
    for (const { email } of [person, unknown]) {
      await attacked(email, SIGN_IN.most);
      date.tick(24 * 60 * MINUTE * 1000);
    }
    for (const somebody of [person, unknown, { ...person, password: WRONG }]) {
      const agent = new UserAgent(server.issuer);
      const page = await signInPage(agent);
      const { status, wait, hashes, text } = await lookAt(() => signInAt(agent, page, somebody));
      assert.deepEqual([status, wait, hashes], [403, undefined, 0]);
      assert.match(noticeOf(text), /To get in, set a new one with the link below/);
    }
    const agent = new UserAgent(server.issuer);
    assert.equal((await reset(agent, person.email)).status, 200);
    await attacked(person.email, 6);
    const changed = { ...person, password: NEW };
    assert.ok(isIn(await signIn(agent, changed)), 'the browser of the reset is known');
    date.tick(2000);
    assert.ok(isIn(await signIn(new UserAgent(server.issuer), changed)), 'and the hundred are forgotten');
  });

  it('[30] knows no browser any more that somebody signed in with before the password was changed', async () => {
    const person = await newPerson(server.issuer);
    const [thief, owner] = [new UserAgent(server.issuer), new UserAgent(server.issuer)];
    assert.ok(isIn(await signIn(thief, person)));
    clock.advance(1);
    assert.equal((await reset(owner, person.email)).status, 200);
    const page = await signInPage(thief);
    for (let tries = 0; tries < 6; tries += 1) await signInAt(thief, page, { ...person, password: WRONG });
    const changed = { ...person, password: NEW };
    assert.equal((await signIn(new UserAgent(server.issuer), changed)).status, 429, 'that counted as strangers do');
    assert.ok(isIn(await signIn(owner, changed)));
  });

  it('[30] tells the owner after ten wrong ones, by a job that is queued for anybody', async () => {
    const person = await newPerson(server.issuer);
    const subject = 'Somebody tries to sign in as you';
    const statements: string[][] = [];
    for (const email of [newEmail(), person.email]) {
      await attacked(email, 9);
      date.tick(SIGN_IN.longestWait * 1000);
      const agent = new UserAgent(server.issuer);
      const page = await signInPage(agent);
      const tenth = () => signInAt(agent, page, { email, password: WRONG });
      statements.push(await costOf(tenth));
    }
    assert.deepEqual(statements[0], statements[1]);
    assert.match(statements[0]?.at(-1) ?? '', /add_job/);
    const mail = await newestMail(server.issuer, person.email, subject);
    assert.deepEqual(mail.links, [`${server.issuer}${FORGOT}`]);
    assert.match(mail.text, /ten times or more in a row/);
  });

  it('counts what was refused, and logs it without who it was', async () => {
    const email = newEmail();
    await attacked(email, 6);
    await signIn(new UserAgent(server.issuer), { email, password: WRONG });
    const metrics = await (await fetch(`${server.issuer}/metrics`)).text();
    assert.match(metrics, /^limits_refused_total\{limit="sign_in",by="address"\} [1-9]/m);
    const lines = server
      .logs()
      .split('\n')
      .filter((line) => line.includes('turned away by a limit'));
    const last = JSON.parse(lines.at(-1) ?? '{}');
    assert.deepEqual([last.level, last.limit, last.by], ['info', 'sign_in', 'address']);
    assert.ok(!server.logs().includes(email) && !server.logs().includes('127.0.0.1'));
  });
});
