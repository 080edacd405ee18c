import assert from 'node:assert/strict';
import { wordsIn } from '../../../src/i18n/index.ts';
import { Api, type ApiAnswer, basic, firstPartyDeclaration } from '../../support/api.ts';
import { newestMail, type Subject } from '../../support/demo.ts';
import { newEmail, PASSWORD } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const yaml = firstPartyDeclaration.replace('require_verified_email: false', 'require_verified_email: true');
const ACCOUNTS = '/v1/accounts';
const [VERIFICATION, VERIFY] = [`${ACCOUNTS}/verification`, `${ACCOUNTS}/verify-email`];
const [FORGOT, RESET] = [`${ACCOUNTS}/password-reset`, `${ACCOUNTS}/reset-password`];
const NEW = 'an entirely different battery';
const APP = '?client_id=app';

describe('/v1/accounts, by mail', () => {
  let server: TestServer;
  let api: Api;
  before(async () => {
    server = await startServer({ yaml, jobs: true });
    api = new Api(server.issuer);
  });
  after(() => server.close());

  const userOf = (email: string) => server.db('users').where({ email }).first();
  const refused = ({ status, body }: ApiAnswer) => [status, body['code']];
  const mailTo = (email: string, subject: Subject) => newestMail(server.issuer, email, subject);
  const tokenIn = (link: string) => new URL(link).searchParams.get('token') ?? '';

  it('registers, mails in the application’s name, proves the address once, and mails no more', async () => {
    const email = newEmail();
    const body = { email, password: PASSWORD, name: 'Ada Lovelace' };
    const { status, body: answer } = await api.post(ACCOUNTS, body, basic('own'));
    assert.deepEqual([status, answer], [202, { status: 'verification_sent' }]);
    const mail = await mailTo(email, 'Confirm your address');
    assert.match(mail.subject, /Our own shop/);
    assert.ok(mail.links[0].startsWith(`${server.issuer}/account/verify-email?token=`), mail.links[0]);
    const token = tokenIn(mail.links[0]);
    assert.equal((await api.post(VERIFY, { token }, basic('own'))).status, 204);
    const { name, email_verified } = await userOf(email);
    assert.deepEqual({ name, email_verified }, { name: 'Ada Lovelace', email_verified: true });
    assert.deepEqual(refused(await api.post(VERIFY, { token }, basic('own'))), [400, 'token_invalid']);
  });

  it('mails another proof, which ends the first', async () => {
    const email = newEmail();
    await api.post(ACCOUNTS + APP, { email, password: PASSWORD });
    const first = tokenIn((await mailTo(email, 'Confirm your address')).links[0]);
    await server.db('email_proofs').update({ created_at: new Date(Date.now() - 120_000) });
    const again = await api.post(VERIFICATION + APP, { email });
    assert.deepEqual([again.status, again.body], [202, { status: 'verification_sent' }]);
    let second = first;
    while (second === first) second = tokenIn((await mailTo(email, 'Confirm your address')).links[0]);
    assert.deepEqual(refused(await api.post(VERIFY + APP, { token: first })), [400, 'token_invalid']);
    assert.equal((await api.post(VERIFY + APP, { token: second })).status, 204);
  });

  it('sets a new password by a mail’s token; one that is rejected uses nothing up', async () => {
    const email = newEmail();
    await api.post(ACCOUNTS + APP, { email, password: PASSWORD });
    const asked = await api.post(FORGOT + APP, { email });
    assert.deepEqual([asked.status, asked.body], [202, { status: 'reset_sent' }]);
    const token = tokenIn((await mailTo(email, 'Set a new password')).links[0]);
    const before = (await userOf(email)).password_hash;
    for (const password of ['x'.repeat(10_000), 'correct horse\0battery staple'])
      assert.deepEqual(refused(await api.post(RESET + APP, { token, password })), [422, 'password_rejected']);
    const short = await api.post(RESET + APP, { token, password: 'short' });
    assert.deepEqual(refused(short), [422, 'password_rejected']);
    const [{ path, message } = {}] = short.body['errors'] as { path: string; message: string }[];
    assert.match(`${path}: ${message}`, /^password: Use at least 15 characters/);
    assert.equal((await userOf(email)).password_hash, before);
    assert.equal((await api.post(RESET + APP, { token, password: NEW })).status, 204);
    assert.notEqual((await userOf(email)).password_hash, before);
    await mailTo(email, 'Your password was changed');
    const used = await api.post(RESET + APP, { token, password: PASSWORD });
    assert.deepEqual(refused(used), [400, 'token_invalid']);
  });

  it('writes in the language that the caller names', async () => {
    const email = newEmail();
    const headers = { 'accept-language': 'sv' };
    const { body } = await api.post(ACCOUNTS + APP, { email, password: 'kort' }, headers);
    assert.deepEqual(body['errors'], [
      { path: 'password', message: wordsIn('sv').t('problems.password_too_short', { min: 15 }) },
    ]);
    await api.post(ACCOUNTS + APP, { email, password: PASSWORD }, headers);
    assert.equal((await userOf(email)).locale, 'sv');
  });
});
