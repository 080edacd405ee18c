import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { open, SealError, seal } from '../../../src/kernel/seal.ts';

const at = (context: string) => ({ use: 'signing key', context }) as const;

describe('sealing', () => {
  const master = randomBytes(32);

  it('opens what it sealed, whatever it was', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', minLength: 1 }),
        (text) => open(seal(text, [master], at('kid|alg')), [master], at('kid|alg')) === text,
      ),
    );
  });

  it('opens with an older master key, and seals with the newest', () => {
    const newer = randomBytes(32);
    const old = seal('private', [master], at('a'));
    assert.equal(open(old, [newer, master], at('a')), 'private');
    assert.throws(() => open(seal('private', [newer, master], at('a')), [master], at('a')), SealError);
  });

  it('opens neither under another name, nor with another master key, nor with any one bit changed', () => {
    const sealed = seal('private', [master], at('kid|ES256'));
    assert.throws(() => open(sealed, [master], at('kid|RS256')), SealError);
    assert.throws(() => open(sealed, [randomBytes(32)], at('kid|ES256')), /was sealed with another master key/);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const bent = Buffer.from(sealed);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const expected = bit < 8 ? /is not a sealed value/ : /has been changed since it was sealed/;
      assert.throws(() => open(bent, [randomBytes(32), master], at('kid|ES256')), expected, `bit ${bit}`);
    }
  });

  it('opens for its own use alone', () => {
    assert.throws(() => open(seal('p', [master], at('a')), [master], { use: 'mail', context: 'a' }), SealError);
  });

  it('is not a sealed value when it is cut short', () => {
    const sealed = seal('p', [master], at('a'));
    for (const length of [0, 1, 20, 37])
      assert.throws(() => open(sealed.subarray(0, length), [master], at('a')), SealError);
  });
});
