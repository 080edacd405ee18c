import assert from 'node:assert/strict';
import { domainToASCII } from 'node:url';
import fc from 'fast-check';
import { emailKey, readEmail } from '../../../src/accounts/email.ts';

describe('e-mail addresses', () => {
  const same = (spelling: string) =>
    it(`takes ${JSON.stringify(spelling)} for ada@example.com`, () =>
      assert.equal(emailKey(spelling), 'ada@example.com'));
  for (const spelling of ['ada@example.com', ' ADA@Example.COM ', 'ａda@example.com', 'ada@EXAMPLE.com'])
    same(spelling);

  it('keeps a plus tag, and writes a domain in its ASCII form', () => {
    assert.equal(emailKey('ada+shop@example.com'), 'ada+shop@example.com');
    assert.equal(emailKey('ada@Bücher.example'), 'ada@xn--bcher-kva.example');
  });

  it('keeps look-alike letters of other scripts apart', () => {
    assert.notEqual(emailKey('аda@example.com'), 'ada@example.com');
  });

  const refuse = (what: string, input: string) => it(`refuses ${what}`, () => assert.equal(emailKey(input), undefined));
  refuse('nothing', '');
  refuse('no @', 'ada.example.com');
  refuse('two @', 'ada@b@example.com');
  refuse('a space inside', 'ada love@example.com');
  refuse('a NUL', 'ada\0@example.com');
  refuse('300 characters', `${'a'.repeat(288)}@example.com`);
  refuse('a local part of 65', `${'a'.repeat(65)}@example.com`);
  refuse('no domain', 'ada@');
  refuse('a domain with a space', 'ada@exa mple.com');
  refuse('markup', '<b>@example.com');
  refuse('an address that the ASCII form of its domain makes too long', `a@${'ü.'.repeat(40)}example`);

  /** Each was once the key of an address at example.com or an IP address, and a mail to it went elsewhere. */
  const elsewhere = {
    'a tab': 'example.co\tm',
    'a line feed': 'example.co\nm',
    'a carriage return': 'exam\rple.com',
    'a path': 'example.com/x',
    'a backslash': 'example.com\\x',
    'a query': 'example.com?x',
    'a fragment': 'example.com#x',
    'an escaped letter': 'ex%61mple.com',
    'a port': 'example.com:25',
    'a soft hyphen': 'example.co\u00adm',
    'a zero-width joiner': 'example.co\u200dm',
    'a variation selector': 'example.co\ufe0fm',
    'an ideographic full stop': 'example\u3002com',
    'a hexadecimal number': '0x7f.1',
    'half an IP address': '1.1',
    'a final full stop': 'example.com.',
  };
  for (const [what, domain] of Object.entries(elsewhere))
    it(`[39] refuses ${what} in a domain: mail for it would go elsewhere`, () =>
      assert.equal(readEmail(`victim@${domain}`), undefined));

  it('[39] writes to the mailbox that the key names, whatever is typed', () => {
    const odd = fc.constantFrom(
      '\t',
      '\n',
      '\0',
      ' ',
      '/',
      '\\',
      '?',
      '#',
      '%61',
      '@',
      '.',
      ':',
      'xn--',
      '\ufe0f',
      '\u3002',
    );
    const letters = fc.constantFrom('a', 'b', 'Z', '1', '-', '.', 'ü', 'ß', 'Σ', 'ａ', '１', 'İ', 'ſ', 'م', 'क्');
    const part = fc.array(
      fc.oneof(
        { arbitrary: letters, weight: 15 },
        { arbitrary: fc.string({ unit: 'binary', maxLength: 2 }), weight: 1 },
        { arbitrary: odd, weight: 1 },
      ),
      {
        maxLength: 8,
      },
    );
    const typed = fc.tuple(part, part).map(([local, domain]) => `${local.join('')}@${domain.join('')}.com`);
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(typed, typed, fc.string({ unit: 'binary' })), (input) => {
        const email = readEmail(input);
        if (!email) return;
        read += 1;
        const { address, key } = email;
        assert.deepEqual(readEmail(address), email, 'what is stored is read as the same again');
        assert.equal(emailKey(key), key);
        assert.equal(address.split('@').length, 2);
        assert.doesNotMatch(address, /[\s\p{C}]/u);
        assert.equal(domainToASCII(address.split('@')[1] ?? ''), key.split('@')[1]);
      }),
      { numRuns: 5000 },
    );
    assert.ok(read > 100, `${read} were addresses`);
  });
});
