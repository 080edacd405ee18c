import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { type AccountParts, changePassword, findUser, resetPassword, type User } from '../../../src/accounts/index.ts';
import { requestReset } from '../../../src/accounts/reset-password.ts';
import { sha256 } from '../../../src/kernel/ids.ts';
import { accountParts, enrol, queuedMails, signInWith, tokenOf } from '../../support/accounts.ts';
import { openTestDatabase } from '../../support/database.ts';
import { PASSWORD } from '../../support/relying-party.ts';
import { TestClock } from '../../support/test-clock.ts';

const NEW = 'an entirely different battery';

describe('changing a password', () => {
  let db: Knex;
  let close: () => Promise<void>;
  let parts: AccountParts;
  before(async () => {
    ({ db, close } = await openTestDatabase());
    parts = accountParts(db, new TestClock());
  });
  after(() => close());

  const put = (user: User, model: string, payload: object, keys: object = { id: randomBytes(32) }) =>
    db('oidc_artifacts').insert({ model, payload: JSON.stringify(payload), account_id: user.id, ...keys });
  const left = async ({ id }: User) =>
    (await db('oidc_artifacts').where({ account_id: id })).map(({ model, payload }) => {
      const { uid, sessionUid, session } = payload;
      return `${model} ${sessionUid ?? uid ?? session?.uid ?? ''}`.trim();
    });
  /** Somebody who is signed in here and there, with tokens in both. */
  const atTwoPlaces = async () => {
    const { userId, email } = await enrol(parts);
    const user = (await findUser(db, userId)) as User;
    const old = randomBytes(8).toString('hex');
    await put(
      user,
      'Session',
      { kind: 'Session', uid: 'here', state: '\u0000' },
      { id: sha256(old), uid: sha256('here') },
    );
    await put(user, 'Session', { kind: 'Session', uid: 'there' });
    for (const sessionUid of ['here', 'there'])
      for (const model of ['RefreshToken', 'AccessToken', 'AuthorizationCode'])
        await put(user, model, { kind: model, sessionUid });
    await put(user, 'Interaction', { kind: 'Interaction', session: { uid: 'here' }, params: { state: '\u0000' } });
    await put(user, 'Interaction', { kind: 'Interaction', session: { uid: 'there' } });
    await put(user, 'Interaction', { kind: 'Interaction', result: { login: { accountId: userId } } });
    await put(user, 'Grant', { kind: 'Grant' });
    return { user, email, old };
  };

  it('[31] [36] ends every other session and its tokens, and keeps this one under another id', async () => {
    const [ada, bob] = [await atTwoPlaces(), await atTwoPlaces()];
    const result = await changePassword(parts, ada.user, 'here', NEW);
    assert.ok('sessionId' in result);
    const here = ['AccessToken', 'AuthorizationCode', 'Interaction', 'RefreshToken', 'Session'];
    assert.deepEqual((await left(ada.user)).sort(), [...here.map((model) => `${model} here`), 'Grant'].sort());
    assert.equal((await left(bob.user)).length, 12);
    assert.ok(
      await db('oidc_artifacts')
        .where({ id: sha256(result.sessionId) })
        .first(),
    );
    assert.equal(
      await db('oidc_artifacts')
        .where({ id: sha256(ada.old) })
        .first(),
      undefined,
    );
    assert.equal((await signInWith(parts, ada.email, NEW))?.id, ada.user.id);
    assert.equal(await signInWith(parts, ada.email, PASSWORD), undefined);
    assert.equal((await findUser(db, ada.user.id))?.emailVerified, false, 'nobody has read a mail');
  });

  it('says so by mail, and voids a link that was mailed to set one', async () => {
    const { user, email } = await atTwoPlaces();
    await requestReset(parts, email);
    const token = tokenOf((await queuedMails(parts, email)).at(-1));
    await changePassword(parts, user, 'here', NEW);
    assert.equal((await queuedMails(parts, email)).at(-1)?.kind, 'password-changed');
    assert.deepEqual(await resetPassword(parts, token, `${NEW} again`), { problem: 'token_invalid' });
  });

  it('changes nothing with a password that is refused, in a session that has ended, or when a step fails', async () => {
    const { user, email } = await atTwoPlaces();
    for (const password of ['', 'short', 'x'.repeat(1001)]) {
      const result = await changePassword(parts, user, 'here', password);
      assert.equal('problem' in result && result.problem, 'password_rejected');
    }
    assert.deepEqual(await changePassword(parts, user, 'ended', NEW), { problem: 'signed_out' });
    const endSessions = () => Promise.reject(new Error('the disk is full'));
    await assert.rejects(changePassword({ ...parts, endSessions }, user, 'here', NEW), /disk/);
    assert.equal((await left(user)).length, 12);
    assert.ok(await signInWith(parts, email, PASSWORD));
  });
});
