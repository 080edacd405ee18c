import assert from 'node:assert/strict';
import { createUser, findUser, makePasswordLink } from '../../src/accounts/index.ts';
import { catalogue } from '../../src/i18n/index.ts';
import { accountParts, enrol } from '../support/accounts.ts';
import { declaration } from '../support/declaration.ts';
import { beside, csrfOf, notice, typedIn } from '../support/forms.ts';
import { hashingOf } from '../support/password-hashing.ts';
import { answerOf, type Person, signIn, signInAt } from '../support/people.ts';
import { newEmail, PASSWORD, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestClock } from '../support/test-clock.ts';
import { expectUnwritten, formsWrote } from '../support/unwritten.ts';
import { UserAgent } from '../support/user-agent.ts';

const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
const NEW = 'an entirely different battery';
const [REGISTER, VERIFY] = ['/account/register', '/account/verify-email'];
const [FORGOT, RESET] = ['/account/forgot-password', '/account/reset-password'];
const { problems } = catalogue;

describe('bad input', function () {
  this.timeout(40_000);
  let clock: TestClock;
  let server: TestServer;
  let party: RelyingParty;
  let agent: UserAgent;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ yaml, clock });
    party = new RelyingParty(server.issuer);
  });
  beforeEach(() => {
    agent = new UserAgent(server.issuer);
  });
  after(() => server.close());

  const parts = () => accountParts(server.db, clock, Buffer.from(server.config.masterKeys[0] ?? []));
  const signInPage = (by = agent) => by.open(party.authorizeUrl({ client_id: 'web' }));
  /** Nothing is written by `act`. */
  const writesNothing = (act: () => Promise<unknown>) => expectUnwritten(server.db, act);
  /** Somebody with a proved address, and a link to set a new password. */
  async function somebody(): Promise<Person & { id: string; token: string }> {
    const [person, reset] = [{ email: newEmail(), password: PASSWORD }, 'print' as const];
    const created = await createUser(
      parts(),
      { ...person, name: undefined, locale: undefined, emailVerified: true },
      reset,
    );
    assert.ok('id' in created);
    return { ...person, id: created.id, token: await resetToken(created.id) };
  }
  async function resetToken(id: string): Promise<string> {
    const user = await findUser(server.db, id);
    const { link = 'https://no.link' } = (user && (await makePasswordLink(parts(), user))) ?? {};
    return new URL(link).searchParams.get('token') ?? '';
  }

  describe('for an address', () => {
    const none: Record<string, string> = {
      nothing: '',
      'no @': 'ada.example.com',
      'nobody at a host': '@example.com',
      'somebody nowhere': 'ada@',
      'two @': 'ada@lovelace@example.com',
      '300 characters': `${'a'.repeat(288)}@example.com`,
      'a local part of 65': `${'a'.repeat(65)}@example.com`,
      'a space in it': 'ada lovelace@example.com',
      NUL: 'ada\0@example.com',
      'a line break and a header': 'ada@example.com\r\nBcc: eve@example.com',
      'a name beside it': 'Ada <ada@example.com>',
      'a comma and another': 'ada@example.com,eve@example.com',
      'turned direction': 'ada\u202e@example.com',
      markup: '"><script>alert(1)</script>@example.com',
      'no host': 'ada@-example-.com',
    };
    const forms = [
      { path: REGISTER, fields: { name: 'Ada “Countess” Lovelace', password: PASSWORD }, status: 422 },
      { path: FORGOT, fields: {}, status: 400 },
    ];
    for (const { path, fields, status } of forms) {
      it(`[39] that is none: says so beside the field, keeps what was typed, and writes nothing (${path})`, async () => {
        await writesNothing(async () => {
          for (const [what, email] of Object.entries(none)) {
            const page = await agent.submit(await agent.open(path), { ...fields, email });
            assert.equal(page.status, status, what);
            assert.equal(beside(page, 'email'), problems.email_invalid.en, what);
            const kept = Object.entries({ ...fields, email, password: '' }).map(([name, value]) => [
              typedIn(page, name),
              value,
            ]);
            for (const [again, before] of kept) assert.equal(again, before, what);
            assert.doesNotMatch(page.text, new RegExp(`${PASSWORD}|<script>alert`), what);
          }
        });
      });
    }

    it('[39] in another spelling: signs in to the same account; a plus tag or a look-alike is another', async () => {
      const { email, password, id } = await somebody();
      const subjectOf = async (spelling: string) => {
        const browser = new UserAgent(server.issuer);
        const { code } = answerOf(await signIn(browser, party, { client_id: 'web' }, { email: spelling, password }));
        if (!code) return undefined;
        const { body } = await party.exchange(code, { id: 'web' });
        return JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString()).sub;
      };
      for (const spelling of [`  ${email} `, email.toUpperCase(), email.replace('example', 'ｅｘａｍｐｌｅ')])
        assert.equal(await subjectOf(spelling), id, spelling);
      for (const other of [email.replace('@', '+tag@'), email.replace('o', 'о'), email.replace('.com', '.com.')])
        assert.equal(await subjectOf(other), undefined, other);
    });

    it('at sign-in: nothing and nonsense are told as any other wrong pair', async () => {
      const page = await signInPage();
      const empty = await signInAt(agent, page, { email: '', password: '' });
      assert.equal(empty.status, 400);
      assert.deepEqual(
        [beside(empty, 'email'), beside(empty, 'password')],
        [catalogue['sign-in'].email_missing.en, catalogue['sign-in'].password_missing.en],
      );
      const wrong = notice(await signInAt(agent, page, { email: newEmail(), password: PASSWORD }));
      assert.equal(wrong, catalogue['sign-in'].no_match.en);
      for (const email of Object.values(none).filter(Boolean)) {
        const answer = await signInAt(agent, page, { email, password: PASSWORD });
        assert.deepEqual([answer.status, notice(answer)], [400, wrong], email);
      }
    });
  });

  describe('for a name', () => {
    it('says so beside the field, keeps what was typed but the password, and writes nothing', async () => {
      await writesNothing(async () => {
        for (const name of ['a'.repeat(201), 'Ada\u0007', 'Ada\r\nBcc: eve@example.com']) {
          const page = await agent.submit(await agent.open(REGISTER), {
            name,
            email: 'ada@example.com',
            password: PASSWORD,
          });
          assert.equal(page.status, 422);
          assert.equal(beside(page, 'name'), problems.name_invalid.en.replace('{max}', '200'));
          assert.equal(typedIn(page, 'email'), 'ada@example.com');
          assert.ok(!page.text.includes(PASSWORD));
        }
      });
    });
  });

  describe('for a new password, by a link', () => {
    it('says so beside the field before anything is hashed, and uses nothing up; emoji are characters', async () => {
      const { email, token, id } = await somebody();
      const bad: [what: string, password: string, words: { en: string }][] = [
        ['1 character', 'x', problems.password_too_short],
        ['8 spaces', ' '.repeat(8), problems.password_too_short],
        ['14 emoji', '🦉🎻🦊🍋🚲🧭🪁🐙🌵🎲🧵🪴🦔🍇', problems.password_too_short],
        ['10,000 characters', 'correct horse '.repeat(715), problems.password_too_long],
        ['NUL', 'correct horse\0battery staple', problems.password_unreadable],
        ['their own address', email, problems.password_common],
      ];
      const page = await agent.open(`${RESET}?token=${token}`);
      const before = await formsWrote(server.db);
      const hashes = await hashingOf(async () => {
        for (const [what, password, words] of bad) {
          const again = await agent.submit(page, { password });
          assert.equal(again.status, 422, what);
          assert.equal(beside(again, 'password'), words.en.replace('{min}', '15').replace('{max}', '1000'), what);
        }
      });
      assert.deepEqual(hashes, []);
      assert.deepEqual(await formsWrote(server.db), before);
      const emoji = '🦉🎻🦊🍋🚲🧭🪁🐙🌵🎲🧵🪴🦔🍇🗝️';
      assert.equal((await agent.submit(page, { password: emoji })).status, 200);
      assert.ok(answerOf(await signIn(agent, party, { client_id: 'web' }, { email, password: emoji }))['code'], id);
    });
  });

  describe('for a token', () => {
    it('[27] that is empty, cut, made up, used, expired or of another kind: says that the link no longer works', async () => {
      const [ada, late, used] = [await somebody(), await somebody(), await somebody()];
      const verifying = await enrol(parts());
      await agent.submit(await agent.open(`${RESET}?token=${used.token}`), { password: NEW });
      const form = csrfOf(await agent.open(REGISTER));
      const tokens: Record<string, string> = {
        empty: '',
        cut: ada.token.slice(0, -1),
        longer: `${ada.token}A`,
        'in upper case': ada.token.toUpperCase(),
        'made up': 'A'.repeat(43),
        'of 10,000 characters': 'A'.repeat(10_000),
        NUL: '\0',
        used: used.token,
        expired: late.token,
        'of another kind': verifying.token,
        'an id': ada.id,
      };
      await server.db('email_proofs').where({ user_id: late.id }).update({ expires_at: clock.now() });
      const lives = await formsWrote(server.db);
      for (const [what, token] of Object.entries(tokens)) {
        const answer = await agent.post(RESET, { _csrf: form, token, password: NEW });
        assert.equal(answer.status, 400, what);
        assert.ok(answer.text.includes(catalogue['link-invalid'].title.en), what);
        assert.ok(answer.text.includes('href="/account/forgot-password'), `${what}: a way on`);
        const code = what === 'of another kind' ? ada.token : token;
        assert.equal((await agent.post(VERIFY, { _csrf: form, token: code })).status, 400, `${what}, to verify`);
      }
      assert.deepEqual(await formsWrote(server.db), lives);
      clock.advance(1);
    });

    it('of a verification that is empty, cut, used or expired: says that the link no longer works, and proves nothing', async () => {
      const [ada, late, used] = [await enrol(parts()), await enrol(parts()), await enrol(parts())];
      const form = csrfOf(await agent.open(REGISTER));
      const press = (token: string) => agent.post(VERIFY, { _csrf: form, token });
      assert.equal((await press(used.token)).status, 200);
      await server.db('email_proofs').where({ user_id: late.userId }).update({ expires_at: clock.now() });
      const tokens = { empty: '', cut: ada.token.slice(0, -1), used: used.token, expired: late.token };
      await writesNothing(async () => {
        const answers = Object.entries(tokens).map(async ([what, token]) => [what, await press(token)] as const);
        const opened = ['opened empty', await agent.get(`${VERIFY}?token=`)] as const;
        for (const [what, { status, text }] of [...(await Promise.all(answers)), opened]) {
          assert.equal(status, 400, what);
          assert.ok(text.includes(`<h1>${catalogue['link-invalid'].title.en}</h1>`), what);
        }
      });
      assert.equal((await press(ada.token)).status, 200, 'one that was cut is good still');
    });

    it('[37] that an operator handed over: sets the password, and proves no address, neither on the way to an application', async () => {
      const person = {
        email: newEmail(),
        name: undefined,
        locale: undefined,
        emailVerified: false,
        password: undefined,
      };
      const created = await createUser(parts(), person, 'print');
      assert.ok('id' in created && created.link);
      const { pathname, search } = new URL(created.link.link);
      const uid = (await signInPage()).url.split('/').at(-1);
      const after = await agent.submit(await agent.open(`${pathname}${search}&interaction=${uid}`), { password: NEW });
      assert.match(after.text, /name="password"/, 'asked to sign in');
      const waiting = await signInAt(agent, after, { email: person.email, password: NEW });
      assert.match(waiting.text, /name="code"/, 'and for the code from a mail');
      assert.equal((await findUser(server.db, created.id))?.emailVerified, false);
    });

    it('[27] of another user: changes that user alone, and signs nobody in as them', async () => {
      const [ada, bob] = [await somebody(), await somebody()];
      await server.db('users').where({ id: ada.id }).update({ last_login_at: clock.now() });
      const before = await server.db('users').where({ id: ada.id }).first();
      const page = await agent.open(`${RESET}?token=${bob.token}`);
      const more = { email: ada.email, user_id: ada.id, id: ada.id, password: NEW };
      assert.equal((await agent.submit(page, more)).status, 200);
      assert.deepEqual(await server.db('users').where({ id: ada.id }).first(), before);
      assert.equal((await signInAt(agent, await signInPage(), { email: ada.email, password: NEW })).status, 400);
      const lookup = await agent.get(party.authorizeUrl({ client_id: 'web', prompt: 'none' }));
      assert.equal(answerOf(lookup)['error'], 'login_required');
    });
  });
});
