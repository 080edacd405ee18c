import assert from 'node:assert/strict';
import { dictionary } from '@zxcvbn-ts/language-common';
import { checkPassword, type PasswordProblem } from '../../../src/accounts/index.ts';
import { PASSWORDS } from '../../support/accounts.ts';
import { PASSWORD } from '../../support/relying-party.ts';

const ADA = { email: 'ada.lovelace@analytical-engines.example', name: 'Ada Lovelace' };

/** So many of them, in no order. */
const emoji = (count: number): string =>
  Array.from({ length: count }, (_, at) => String.fromCodePoint(0x1f400 + ((at * at * 7 + at) % 61))).join('');

describe('a new password', () => {
  const asked: string[] = [];
  const parts = {
    passwords: {
      ...PASSWORDS,
      isBreached: async (password: string) => {
        asked.push(password);
        return password === 'breached but long enough';
      },
    },
  };
  const check = (password: string, person = ADA, factors = { second: false }) =>
    checkPassword(parts, password, person, factors);
  const checkAll = async (passwords: readonly string[], problem: PasswordProblem | undefined) => {
    for (const password of passwords) assert.equal(await check(password), problem, JSON.stringify(password));
  };
  beforeEach(() => {
    asked.length = 0;
  });

  it('[38] has 15 code points at least, or 8 beside a second factor, and 1000 at most', async () => {
    await checkAll(
      ['', 'x', ' '.repeat(8), 'blue tiger 93 !', '🦉🎻'.repeat(7)].map((text) => text.slice(0, 14)),
      'password_too_short',
    );
    assert.equal(await check('vK4 mq9z'), 'password_too_short');
    assert.equal(await check('vK4 mq9z', ADA, { second: true }), undefined);
    assert.equal(await check('vK4mq9z', ADA, { second: true }), 'password_too_short');
    const [text, signs] = ['every good boy deserves fudge and one more thing, '.repeat(20), emoji(1000)];
    await checkAll([text, signs], undefined);
    await checkAll([`${text}.`, `${signs}🦉`, 'x'.repeat(10_000)], 'password_too_long');
  });

  it('[38] is counted as it is hashed: one letter, however a keyboard spells it', async () => {
    const [composed, apart] = ['é', 'é'.normalize('NFD')];
    assert.equal(await check(`weird h${composed}dgehog`), 'password_too_short');
    assert.equal(await check(`weird h${apart}dgehog`), 'password_too_short');
    assert.equal(await check(`weird h${apart}dgehogs`), undefined);
  });

  it('[38] may be of any characters, but for NUL', async () => {
    const spaces = 'three  spaces\tand a tab ';
    await checkAll(
      [PASSWORD, spaces, 'πολύ μακρύς κωδικός', '非常に長い合言葉ですが覚えやすい', '🦉🎻🦊🍋🚲🧭🪁🐙🌵🎲🧵🪴🦔🍇🛶'],
      undefined,
    );
    await checkAll([`nul is no\0 character`], 'password_unreadable');
  });

  it('[38] need not be composed of anything', () =>
    checkAll(
      ['seventeen letters', 'onlylowercaselettersinhere', 'MANY LARGE LETTERS', '38153 92047 60418'],
      undefined,
    ));

  it('[38] is none that everybody tries, however it is dressed up', () =>
    checkAll(
      [
        'passwordpassword',
        'Password12345678',
        'p4$$w0rdp4$$w0rd',
        'drowssapdrowssap',
        'password password',
        'p-a-s-s-w-o-r-d-1-2-3',
        'administrator1234',
        'iloveyouiloveyou',
        'letmeinletmeinletmein',
        'qwertyuiopasdfghjkl',
        '1qaz2wsx3edc4rfv',
        'abcdefghijklmnopq',
        '123456789012345',
        '31415926531415926535',
        ' '.repeat(15),
        'x'.repeat(1000),
        '🔑'.repeat(15),
        'abcabcabcabcabcabc',
        'summer2024summer2024',
      ],
      'password_common',
    ));

  it('[38] is none of the thousands that everybody has: too short or common, and common where its length would do', async () => {
    const common = dictionary['passwords-common'];
    assert.ok(common.length >= 3000, String(common.length));
    const most = common.slice(0, 3000).filter((password) => password.length >= 8);
    assert.ok(most.length > 500, String(most.length));
    for (const password of most) {
      assert.equal(await check(password, ADA, { second: true }), 'password_common', password);
      assert.match(String(await check(password)), /^password_(common|too_short)$/, password);
    }
    await checkAll(
      common.filter((password) => password.length >= 15),
      'password_common',
    );
    assert.deepEqual(asked, []);
  });

  it('[38] is not the person’s address or name, nor this server’s', async () => {
    await checkAll(
      [
        'ada.lovelace@analytical-engines.example',
        'Ada Lovelace 1815',
        'AdaLovelaceAda',
        'adalovelace12345',
        'analytical-engines',
        'Gatehouse gatehouse',
      ].map((text) => text.padEnd(15, '1')),
      'password_common',
    );
    const nobody = { email: 'x@y.example', name: '' };
    assert.equal(await check('adalovelace93815 and a violin', nobody), undefined);
  });

  it('[38] may be what people are told to take: a few words', () =>
    checkAll(
      [
        'an entirely different battery',
        'my dog ate 3 green apples',
        'Der Hund frisst gern Wurst',
        'blue-coffee-tiger-93-moon',
        'la vache mange des fleurs',
        'sju sjuka sjömän på skeppet',
        'kX9$mQ2vL7nR4tY',
        `${'x'.repeat(500)} marks the spot at the end`,
        'ilovemydogverymuch',
      ],
      undefined,
    ));

  it('[38] is looked up in the known breaches last, when it keeps every other rule', async () => {
    for (const password of ['short', 'passwordpassword', 'nul is no\0 character']) assert.ok(await check(password));
    assert.deepEqual(asked, []);
    await checkAll(['breached but long enough'], 'password_breached');
    assert.deepEqual(asked, ['breached but long enough']);
  });

  it('is judged soon enough for this test to end, also when somebody made it to take minutes', async function () {
    // Unbounded, the first of them alone would take minutes.
    this.timeout(10_000);
    const bait = [
      '3141592653589793238462643383',
      'p@$$w0rd!1|',
      '4@8({[<369!|1/|0$5+7%2',
      '1.1.2001 ',
      'vv\\/\\/|-|()[]',
      'xK9$mQ2@',
    ];
    const hostile = [...bait.map((text) => text.repeat(200).slice(0, 1000)), '1'.repeat(1000)];
    const person = { email: `${'a.'.repeat(5000)}@x.example`, name: 'ab '.repeat(5000) };
    for (const password of hostile) await check(password, person);
  });
});
