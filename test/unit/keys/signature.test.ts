import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import fc from 'fast-check';
import type { JWK } from 'jose';
import { concatenated, signer, verifies } from '../../../src/keys/signature.ts';
import { countTurns } from '../../support/turns.ts';

/** Each with how many signatures are made: one in 128 has a short number. P-384 takes longer. */
const CURVES = { ES256: ['P-256', 'sha256', 32, 300], ES384: ['P-384', 'sha384', 48, 30] } as const;

/** Made in turns, these take no more of them: each makes one at least. */
const AT_ONCE = 60;

describe('a signature', () => {
  for (const [alg, [namedCurve, digest, size, rounds]] of Object.entries(CURVES)) {
    it(`by ${alg} is as JWS has it, however short its numbers are`, async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
      const sign = signer(alg, privateKey);
      for (let round = 0; round < rounds; round += 1) {
        const data = Buffer.from(`token ${round}`);
        const signature = await sign(data);
        assert.equal(signature.length, 2 * size);
        assert.ok(verify(digest, data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature));
      }
    });
  }

  for (const [alg, modulusLength] of [
    ['RS256', 2048],
    ['PS256', 2048],
    ['RS256', 4096],
  ] as const) {
    it(`by ${alg} and a key of ${modulusLength} bits is verified, and one that cannot be made is told`, async () => {
      const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength });
      const sign = signer(alg, privateKey);
      const tokens = Array.from({ length: 20 }, (_, at) => Buffer.from(`token ${at}`));
      const signatures = await Promise.all(tokens.map(sign));
      const jwk = publicKey.export({ format: 'jwk' }) as JWK;
      for (const [at, token] of tokens.entries())
        assert.ok(verifies(alg, jwk, token, signatures[at] as Uint8Array), `token ${at}`);
      const short = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey;
      await assert.rejects(signer('PS256', short)(Buffer.from('token')));
    });
  }

  for (const [alg, privateKey, isSlow] of [
    ['ES256', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, false],
    ['Ed25519', generateKeyPairSync('ed25519').privateKey, false],
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, false],
    ['RS256', generateKeyPairSync('rsa', { modulusLength: 3072 }).privateKey, true],
    ['ES384', generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, true],
  ] as const) {
    const { modulusLength = '' } = privateKey.asymmetricKeyDetails ?? {};
    it(`by ${alg} ${modulusLength} is made ${isSlow ? 'while others are answered' : 'in the next turns'}`, async () => {
      const sign = signer(alg, privateKey);
      const loop = countTurns();
      await Promise.all(Array.from({ length: AT_ONCE }, () => sign(Buffer.from('token'))));
      loop.stop();
      assert.equal(loop.seen() > AT_ONCE + 2, isSlow, `${loop.seen()} turns went by`);
    });
  }

  for (const size of [32, 48]) {
    it(`in DER is read whatever its two numbers of ${size} bytes are`, () => {
      const number = fc.uint8Array({ minLength: 1, maxLength: size });
      fc.assert(
        fc.property(number, number, (r, s) => {
          const [one, other] = [Buffer.from(r), Buffer.from(s)];
          const both = concatenated(sequence(integer(one), integer(other)), size);
          const wide = (each: Buffer) => each.toString('hex').padStart(2 * size, '0');
          assert.equal(both.toString('hex'), wide(one) + wide(other));
        }),
      );
    });
  }
});

/** The shortest that DER allows: no zeros in front but one that says that it is not negative (X.690 §8.3). */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const short = first < 0 ? Buffer.alloc(1) : bytes.subarray(first);
  const content = (short[0] ?? 0) > 127 ? Buffer.concat([Buffer.alloc(1), short]) : short;
  return Buffer.concat([Buffer.from([2, content.length]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([48, content.length]), content]);
};
