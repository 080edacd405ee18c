import assert from 'node:assert/strict';
import { emailKey } from '../../../src/accounts/email.ts';

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
});
