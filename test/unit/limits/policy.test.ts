import assert from 'node:assert/strict';
import { LIFETIME } from '../../../src/accounts/proof.ts';
import { POLICY, SIGN_IN, waitAfter } from '../../../src/limits/policy.ts';

const DAY = 24 * 60 * 60;

describe('the limits', () => {
  it('[30] hold for the network as well as for the address, wherever there is one', () => {
    for (const [name, { address, network }] of Object.entries(POLICY)) {
      assert.ok(network.points > 0 && network.seconds > 0, name);
      assert.ok(!address || address.points <= network.points, name);
    }
  });

  it('[30] leave whoever may ask for no further mail with one whose link works', () => {
    assert.ok((POLICY.reset_mail.address?.seconds ?? Number.NaN) <= LIFETIME.reset_password);
    assert.ok((POLICY.verification_mail.address?.seconds ?? Number.NaN) <= LIFETIME.verify_email);
  });

  it('[30] are at most a hundred wrong passwords in a row (NIST SP 800-63B-4), and codes of which few are guessed', () => {
    assert.ok(SIGN_IN.most <= 100);
    const { address } = POLICY.code;
    assert.ok(address && (address.points * DAY) / address.seconds <= 20);
  });

  it('fit into timers, which count in memory while the store is away', () => {
    const most = Math.max(
      ...Object.values(POLICY).flatMap(({ address, network }) => [address?.seconds ?? 0, network.seconds]),
    );
    for (const seconds of [most, SIGN_IN.forgottenAfter, SIGN_IN.longestWait]) assert.ok(seconds * 1000 < 2 ** 31);
  });

  it('[30] make nobody wait at first, then twice as long each time, and never longer than a quarter of an hour', () => {
    assert.deepEqual([0, 1, 4, 5, 6, 7, 14, 15, 16, 99].map(waitAfter), [0, 0, 0, 1, 2, 4, 512, 900, 900, 900]);
  });
});
