import assert from 'node:assert/strict';
import { kidOf } from '../../../src/oidc/index.ts';

describe('the key that a token names', () => {
  const header = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64url');

  it('is read from its header, whatever comes behind that', () => {
    const ours = header({ alg: 'ES256', kid: 'ours' });
    // Somebody who sends a part of a token spoils nothing for those who send all of it.
    for (const token of [`${ours}.x`, `${ours}.payload.signature`, `${ours}.`]) assert.equal(kidOf(token), 'ours');
  });

  it('is none for what is no JWT, or names none', () => {
    for (const token of [`${header({ alg: 'none' })}.p.s`, 'opaque', 'not json.p.s', '.p.s', '', undefined, 7])
      assert.equal(kidOf(token), undefined);
  });
});
