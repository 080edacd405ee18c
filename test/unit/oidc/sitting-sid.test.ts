import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { newSittingSid, sittingIn, sittingSidOf } from '../../../src/oidc/sitting-sid.ts';

describe('the sid of a candidate’s sign-in', () => {
  it('names the assessment session, and is another each time', () => {
    const session = randomUUID();
    const sids = [newSittingSid(session), newSittingSid(session)];
    assert.notEqual(sids[0], sids[1]);
    for (const sid of sids) assert.equal(sittingIn(sid), session);
  });

  it('is none that the engine makes, and nothing that is only like one', () => {
    const session = randomUUID();
    const own = 'V1StGXR8_Z5jdHi6';
    for (const sid of [
      undefined,
      '',
      own,
      session,
      `${session}.`,
      `${session}.${own}x`,
      `${session}x.${own}`,
      `x.${own}`,
    ])
      assert.equal(sittingIn(sid), undefined, sid);
  });

  it('is found among the applications of a browser, whichever came first', () => {
    const sid = newSittingSid(randomUUID());
    assert.equal(sittingSidOf({ authorizations: { shop: { sid: 'V1StGXR8_Z5jdHi6B-myT' }, assess: { sid } } }), sid);
    assert.equal(sittingSidOf({ authorizations: { shop: {} } }), undefined);
    assert.equal(sittingSidOf(undefined), undefined);
  });
});
