import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { type AccessTokenClaims, createVerifier, type Revocations, Unavailable } from '../../../src/verifier/index.ts';
import { API, makeKey, TestIssuer } from '../../support/issuer.ts';
import { refused, unavailable } from '../../support/refusals.ts';

describe('verifier: whoever knows which tokens were taken back', () => {
  let issuer: TestIssuer;

  before(async () => {
    issuer = await TestIssuer.start();
  });
  after(() => issuer.close());

  const verifierWith = (revocations: Partial<Revocations>) =>
    createVerifier({
      issuer: issuer.url,
      audience: API,
      revocations: { isRevoked: () => false, close: () => undefined, ...revocations },
    });

  it('is asked of every good token, by its claims', async () => {
    const asked: AccessTokenClaims[] = [];
    const verifier = verifierWith({ isRevoked: (claims) => asked.push(claims) > 1 });
    const token = await issuer.token({ claims: { jti: 'one' } });
    await verifier.verify(token);
    await refused(verifier.verify(token), 'token_revoked');
    assert.deepEqual(
      asked.map(({ jti, sub }) => [jti, sub]),
      [
        ['one', 'ada'],
        ['one', 'ada'],
      ],
    );
  });

  it('may take its time', async () => {
    const verifier = verifierWith({ isRevoked: async ({ sub }) => sub === 'eve' });
    await verifier.verify(await issuer.token());
    await refused(verifier.verify(await issuer.token({ claims: { sub: 'eve' } })), 'token_revoked');
  });

  it('is not asked of any other', async () => {
    const verifier = verifierWith({ isRevoked: () => assert.fail('it was asked') });
    await refused(verifier.verify(await issuer.token({ claims: { aud: 'x' } })), 'token_claim', 'aud');
    await refused(verifier.verify(await issuer.token({ key: await makeKey() })), 'token_key_unknown');
    await refused(verifier.verify(await issuer.token({ claims: { cnf: { jkt: 'x' } } })), 'proof_missing');
  });

  it('that cannot tell lets nobody in, and refuses nobody', async () => {
    for (const isRevoked of [() => assert.fail('lost'), async () => assert.fail('lost')]) {
      await unavailable(verifierWith({ isRevoked }).verify(await issuer.token()), 'revocations_unavailable');
    }
    const later = new Unavailable('revocations_unavailable', 'the list is being read', { retryAfter: 7 });
    const own = verifierWith({ isRevoked: () => Promise.reject(later) });
    assert.equal((await unavailable(own.verify(await issuer.token()), 'revocations_unavailable')).retryAfter, 7);
  });

  it('is waited for by ready(), and closed with the verifier', async () => {
    const said: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const verifier = verifierWith({ ready: () => promise, close: () => void said.push('closed') });
    await verifier.refresh();
    const ready = verifier.ready().then(() => said.push('ready'));
    await setImmediate();
    assert.deepEqual(said, []);
    resolve();
    await ready;
    verifier.close();
    assert.deepEqual(said, ['ready', 'closed']);
  });
});
