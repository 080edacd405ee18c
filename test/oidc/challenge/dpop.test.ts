import assert from 'node:assert/strict';
import { firstPartyDeclaration } from '../../support/api.ts';
import { type Challenged, NativeApp, newUser } from '../../support/challenge.ts';
import { newestCode } from '../../support/demo.ts';
import { DpopKey, type ProofOf } from '../../support/dpop.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const yaml = firstPartyDeclaration.replace('require_verified_email: false', 'require_verified_email: true');

describe('POST /oauth2/challenge with a DPoP proof', function () {
  this.timeout(40_000);
  let server: TestServer;
  let app: NativeApp;
  let key: DpopKey;
  let thief: DpopKey;
  /** Somebody whose address is proved. */
  let user: { username: string; password: string };

  before(async () => {
    server = await startServer({ yaml, jobs: true });
    app = new NativeApp(server.issuer);
    [key, thief] = [await DpopKey.create(), await DpopKey.create()];
    user = await newUser(server.issuer);
    await server.db('users').where({ email: user.username }).update({ email_verified: true });
  });
  after(() => server.close());

  const refused = ({ status, body }: Challenged) => [status, body['error']];
  const proof = async (by = key, bent: Partial<ProofOf> = {}) => ({
    dpop: await by.proof({ url: `${server.issuer}/oauth2/challenge`, ...bent }),
  });
  const exchange = async (code: unknown, by?: DpopKey) => {
    const form = { grant_type: 'authorization_code', code: String(code), code_verifier: app.verifier };
    const headers = by ? { dpop: await by.proof({ url: `${server.issuer}/oauth2/token` }) } : {};
    return app.post('/oauth2/token', form, headers);
  };

  it('[23] binds the code to the key', async () => {
    const { body } = await app.signIn(user, await proof());
    const { authorization_code: code } = body;
    assert.deepEqual(refused(await exchange(code)), [400, 'invalid_grant']);
    assert.deepEqual(refused(await exchange(code, thief)), [400, 'invalid_grant']);
    const { status, body: tokens } = await exchange(code, key);
    assert.deepEqual([status, tokens['token_type']], [200, 'DPoP']);
  });

  it('[23] refuses a proof that is not for this endpoint, is too old, or was shown before', async () => {
    const elsewhere = { url: `${server.issuer}/oauth2/token` };
    assert.deepEqual(refused(await app.signIn(user, await proof(key, elsewhere))), [400, 'invalid_dpop_proof']);
    assert.deepEqual(refused(await app.signIn(user, { dpop: 'proof' })), [400, 'invalid_dpop_proof']);
    const late = { claims: { iat: 1 } };
    const asked = await app.signIn(user, await proof(key, late));
    assert.deepEqual(refused(asked), [400, 'use_dpop_nonce']);
    const nonce = asked.headers.get('dpop-nonce') ?? '';
    assert.equal((await app.signIn(user, await proof(key, { ...late, nonce }))).status, 200);
    const once = await proof();
    assert.equal((await app.signIn(user, once)).status, 200);
    assert.deepEqual(refused(await app.signIn(user, once)), [400, 'invalid_dpop_proof']);
  });

  it('[23] binds an auth_session as well: its second step needs a proof of the same key', async () => {
    const stranger = await newUser(server.issuer);
    const mailed = await newestCode(server.issuer, stranger.username);
    const { body } = await app.signIn(stranger, await proof());
    const step = { auth_session: String(body['auth_session']), code: mailed };
    const goOn = (headers: Record<string, string> = {}) => app.post('/oauth2/challenge', step, headers);
    assert.deepEqual(refused(await goOn()), [400, 'invalid_dpop_proof']);
    assert.deepEqual(refused(await goOn(await proof(thief))), [400, 'invalid_request']);
    const done = await goOn(await proof());
    assert.equal(done.status, 200);
    assert.deepEqual(refused(await exchange(done.body['authorization_code'])), [400, 'invalid_grant']);
  });
});
