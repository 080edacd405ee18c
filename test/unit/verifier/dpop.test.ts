import assert from 'node:assert/strict';
import { createSecretKey, randomUUID } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { createVerifier, type Presented, type Verifier, type VerifierOptions } from '../../../src/verifier/index.ts';
import { athOf, type DpopClient, makeDpopClient } from '../../support/dpop-client.ts';
import { API, TestIssuer } from '../../support/issuer.ts';
import { refused, unavailable } from '../../support/refusals.ts';
import { TestClock } from '../../support/test-clock.ts';

const URL_ASKED = `${API}/orders/7?expand=items`;

describe('verifier: a token that is bound by DPoP', () => {
  const clock = new TestClock();
  let issuer: TestIssuer;
  let verifier: Verifier;
  let client: DpopClient;
  let token: string;

  before(async () => {
    issuer = await TestIssuer.start();
    client = await makeDpopClient();
    token = await issuer.token({ claims: { cnf: { jkt: client.thumbprint } } });
    verifier = verifierOf();
    await verifier.ready();
  });
  after(() => issuer.close());

  const verifierOf = (options: Partial<VerifierOptions> = {}) =>
    createVerifier({ issuer: issuer.url, audience: API, clock, ...options });
  const now = () => Math.floor(clock.now().getTime() / 1000);
  const right = () => ({ htm: 'GET', htu: `${API}/orders/7`, iat: now(), ath: athOf(token) });
  const shown = (proof: string, other: Partial<Presented['dpop']> = {}): Presented => ({
    dpop: { proof, method: 'GET', url: URL_ASKED, ...other },
  });
  const prove = async (claims: Record<string, unknown> = {}, header: Record<string, unknown> = {}) =>
    shown(await client.proof({ claims: { ...right(), ...claims }, header }));

  it('works with a fresh proof for each request [23]', async () => {
    for (let request = 0; request < 3; request += 1) {
      assert.equal((await verifier.verify(token, await prove())).sub, 'ada');
    }
  });

  it('fails without its proof [23]', async () => {
    await refused(verifier.verify(token), 'proof_missing');
    await refused(verifier.verify(token, {}), 'proof_missing');
    await refused(verifier.verify(token, shown('')), 'proof_invalid');
  });

  it('fails with a proof that was used before, also when both come at once [23]', async () => {
    const once = await prove();
    await verifier.verify(token, once);
    await refused(verifier.verify(token, once), 'proof_replayed');
    const twice = await prove();
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => verifier.verify(token, twice)));
    assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
    const sameId = { jti: randomUUID() };
    await verifier.verify(token, await prove(sameId));
    await refused(verifier.verify(token, await prove(sameId)), 'proof_replayed');
  });

  it('fails with the proof of a stolen token’s thief [23]', async () => {
    const thief = await makeDpopClient();
    await refused(verifier.verify(token, shown(await thief.proof({ claims: right() }))), 'proof_key_mismatch');
    const pretending = await thief.proof({ claims: right(), header: { jwk: client.jwk } });
    await refused(verifier.verify(token, shown(pretending)), 'proof_invalid');
  });

  it('fails with a proof that is for something else', async () => {
    for (const claims of [
      { htm: 'POST' },
      { htm: 'get' },
      { htu: `${API}/orders/8` },
      { htu: `${API}/orders/7/` },
      { htu: 'http://api.example.com/orders/7' },
      { htu: 'https://api.example.com:8443/orders/7' },
      { htu: 'https://api.example.com.evil.example/orders/7' },
      { htu: 'https://user@api.example.com/orders/7' },
      { htu: '/orders/7' },
      { htu: 7 },
      { ath: athOf(`${token}x`) },
      { ath: '' },
    ]) {
      await refused(verifier.verify(token, await prove(claims)), 'proof_invalid');
    }
    for (const htu of [`${API}/orders/7`, '/orders/7']) {
      const nowhere = shown(await client.proof({ claims: { ...right(), htu } }), { url: '/orders/7' });
      await refused(verifier.verify(token, nowhere), 'proof_invalid');
    }
  });

  it('works whatever way the same address is written', async () => {
    for (const htu of [
      URL_ASKED,
      'HTTPS://API.Example.com:443/orders/7#x',
      `${API}/orders/./x/../7`,
      `${API}/%6frders/%37`,
    ]) {
      await verifier.verify(token, await prove({ htu }));
    }
    const odd = await client.proof({ claims: { ...right(), htu: `${API}/a%2fb` } });
    await verifier.verify(token, shown(odd, { url: `${API}/a%2Fb` }));
    const apart = await client.proof({ claims: { ...right(), htu: `${API}/a/b` } });
    await refused(verifier.verify(token, shown(apart, { url: `${API}/a%2Fb` })), 'proof_invalid');
  });

  it('fails with a proof that is too old, or too new', async () => {
    for (const iat of [now() - 60, now() + 4]) await verifier.verify(token, await prove({ iat }));
    for (const iat of [now() - 67, now() + 7, String(now()), undefined, null]) {
      await refused(verifier.verify(token, await prove({ iat })), 'proof_invalid');
    }
    await refused(verifier.verify(token, await prove({ exp: now() - 10 })), 'proof_invalid');
  });

  it('fails with a proof that lacks something, or has too much', async () => {
    for (const claim of ['jti', 'htm', 'htu', 'iat', 'ath']) {
      for (const value of [undefined, null, {}, []]) {
        await refused(verifier.verify(token, await prove({ [claim]: value })), 'proof_invalid');
      }
    }
    await refused(verifier.verify(token, await prove({ padding: 'x'.repeat(9000) })), 'proof_invalid');
    for (const jti of ['', 7]) await refused(verifier.verify(token, await prove({ jti })), 'proof_invalid');
  });

  it('fails with a proof of another kind, or with a header that is not one’s', async () => {
    const { privateKey } = client;
    for (const header of [
      { typ: 'JWT' },
      { typ: 'at+jwt' },
      { typ: undefined },
      { jwk: undefined },
      { jwk: {} },
      { jwk: 'x' },
      { jwk: await exportJWK(privateKey) },
      { jwk: { kty: 'oct', k: 'AAAA' } },
      { jwk: { ...client.jwk, use: 'enc' } },
    ]) {
      await refused(verifier.verify(token, await prove({}, header)), 'proof_invalid');
    }
    for (const proof of [`${await proofText()}, ${await proofText()}`, token, 'x', 'a.b.c', 'x'.repeat(9000)]) {
      await refused(verifier.verify(token, shown(proof)), 'proof_invalid');
    }
  });

  const proofText = async () => (await prove()).dpop?.proof ?? '';

  it('fails with a proof that anybody could have made: a secret, or no signature', async () => {
    const secret = createSecretKey(Buffer.from(JSON.stringify(client.jwk)));
    const forged = new SignJWT({ ...right(), jti: 'x' }).setProtectedHeader({
      alg: 'HS256',
      typ: 'dpop+jwt',
      jwk: client.jwk,
    });
    await refused(verifier.verify(token, shown(await forged.sign(secret))), 'proof_invalid');
    const head = Buffer.from(JSON.stringify({ alg: 'none', typ: 'dpop+jwt', jwk: client.jwk })).toString('base64url');
    const body = (await proofText()).split('.')[1];
    await refused(verifier.verify(token, shown(`${head}.${body}.`)), 'proof_invalid');
  });

  it('works with keys of every kind that was agreed on, and with no other', async () => {
    for (const alg of ['ES384', 'Ed25519', 'PS256', 'ES512']) {
      const other = await makeDpopClient(alg);
      const bound = await issuer.token({ claims: { cnf: { jkt: other.thumbprint } } });
      const proof = await other.proof({ claims: { ...right(), ath: athOf(bound) } });
      if (alg === 'ES512') await refused(verifier.verify(bound, shown(proof)), 'proof_invalid');
      else await verifier.verify(bound, shown(proof));
    }
  });

  it('fails when it is bound to no key, and comes with a proof', async () => {
    const plain = await issuer.token();
    const proof = await client.proof({ claims: { ...right(), ath: athOf(plain) } });
    await refused(verifier.verify(plain, shown(proof)), 'proof_unexpected');
  });

  it('fails when it is bound in a way that nobody here can check', async () => {
    for (const cnf of [
      null,
      'x',
      7,
      [],
      {},
      { jwk: client.jwk },
      { kid: 'x' },
      { jkt: 7 },
      { jkt: '' },
      { jkt: null },
    ]) {
      const odd = await issuer.token({ claims: { cnf } });
      await refused(verifier.verify(odd, await prove({ ath: athOf(odd) })), 'confirmation_unknown');
    }
    const more = await issuer.token({ claims: { cnf: { jkt: client.thumbprint, 'x5t#S512': 'x' } } });
    await refused(verifier.verify(more, await prove({ ath: athOf(more) })), 'confirmation_unknown');
  });

  it('uses no proof up when the proof does not hold', async () => {
    const jti = randomUUID();
    await refused(verifier.verify(token, await prove({ jti, htm: 'POST' })), 'proof_invalid');
    await verifier.verify(token, await prove({ jti }));
  });

  it('remembers used proofs for as long as they could be used again, and so many of them', async () => {
    const small = verifierOf({ proofsRemembered: 3 });
    const ahead = await prove({ iat: now() + 4 });
    await small.verify(token, ahead);
    await small.verify(token, await prove());
    await small.verify(token, await prove());
    await unavailable(small.verify(token, await prove()), 'proofs_full');
    await refused(small.verify(token, ahead), 'proof_replayed');
    clock.advance(68);
    await refused(small.verify(token, ahead), 'proof_replayed');
    clock.advance(4);
    await refused(small.verify(token, ahead), 'proof_invalid');
    for (let index = 0; index < 3; index += 1) await small.verify(token, await prove());
  });
});
