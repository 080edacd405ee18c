import assert from 'node:assert/strict';
import { readDistinguishedName } from '../../../src/config/index.ts';

const same = (one: string, other: string) =>
  assert.deepEqual(readDistinguishedName(one), readDistinguishedName(other), `${one} and ${other}`);
const different = (one: string, other: string) =>
  assert.notDeepEqual(readDistinguishedName(one), readDistinguishedName(other), `${one} and ${other}`);

describe('a distinguished name', () => {
  it('is the same in every spelling that RFC 4514 has for it', () => {
    same('CN=shop,O=Example,C=SE', ' cn = shop , o=Example,c=SE ');
    same('CN=shop', '2.5.4.3=shop');
    same('OU=a+CN=b,DC=example', 'CN=b + OU=a, dc=example');
    same('O=Example\\, Inc.', 'O=Example\\2C Inc.');
    same('O=Ex\u00e4mple', 'O=Ex\\C3\\A4mple');
    same('O=a\\\\41', 'O=a\\5C41');
    same('E=ops@shop.example', 'emailAddress=ops@shop.example');
  });

  it('is another where anything of it is another', () => {
    different('CN=shop,O=Example', 'O=Example,CN=shop');
    different('CN=shop', 'CN=Shop');
    different('CN=shop', 'OU=shop');
    different('CN=a,CN=b', 'CN=a+CN=b');
    different('CN=a\\,CN=b', 'CN=a,CN=b');
    different('CN=a\\+OU=b', 'CN=a+OU=b');
    different('CN=a\\ ', 'CN=a');
    different('CN=shop', 'CN=shop,O=Example');
  });

  it('is none that lacks an attribute, a value or the sign between, or has a value in hexadecimal', () => {
    for (const text of [
      '',
      'shop',
      'CN=',
      '=shop',
      'CN=shop,',
      ',CN=shop',
      'CN=shop,,O=a',
      'CN=a+',
      'C N=a',
      'CN=#0403616263',
    ]) {
      assert.equal(readDistinguishedName(text), undefined, text);
    }
    for (const text of ['CN=a\\', '1=a', 'CN=a\\,,']) assert.equal(readDistinguishedName(text), undefined, text);
    assert.notEqual(readDistinguishedName('CN=\\#04'), undefined);
  });
});
