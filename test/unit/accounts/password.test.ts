import assert from 'node:assert/strict';
import { argon2HashesOf } from '../../support/password-hashing.ts';

const MODULE = '../../../src/accounts/password.ts';
type Password = typeof import('../../../src/accounts/password.ts');

/** As a server has it that has just started. */
const fresh = (at: number): Promise<Password> => import(`${MODULE}?started=${at}`);

describe('checking a password', () => {
  it('[29] costs as many hashes for an unknown address as for a known one, also the first after a start', async () => {
    const counts: number[][] = [];
    for (const known of [true, false]) {
      const { hashPassword, verifyPassword } = await fresh(counts.length);
      const hash = known ? await hashPassword('correct horse battery staple') : undefined;
      const check = () => argon2HashesOf(() => verifyPassword(hash, 'a wrong password, but long'));
      counts.push([await check(), await check()]);
    }
    assert.deepEqual(counts[0], counts[1]);
    assert.equal(counts[0]?.[1], 1);
  });

  it('matches nobody without a hash, not even by the password that stands in for it', async () => {
    const { verifyPassword } = await fresh(2);
    assert.equal(await verifyPassword(undefined, 'nobody has this password'), false);
  });
});
