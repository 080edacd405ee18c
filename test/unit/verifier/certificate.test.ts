import { X509Certificate } from 'node:crypto';
import { createVerifier, type Verifier } from '../../../src/verifier/index.ts';
import { athOf, makeDpopClient } from '../../support/dpop-client.ts';
import { API, TestIssuer } from '../../support/issuer.ts';
import { refused } from '../../support/refusals.ts';
import { type Certificate, selfSigned } from '../../support/self-signed.ts';
import { installTimeout } from '../../support/system.ts';

describe('verifier: a token that is bound to a certificate', () => {
  let issuer: TestIssuer;
  let verifier: Verifier;
  let own: Certificate;
  let other: Certificate;
  let token: string;

  before(async function () {
    this.timeout(installTimeout);
    issuer = await TestIssuer.start();
    verifier = createVerifier({ issuer: issuer.url, audience: API });
    [own, other] = await Promise.all([selfSigned(), selfSigned()]);
    token = await issuer.token({ claims: { cnf: { 'x5t#S256': own.thumbprint } } });
  });
  after(() => issuer.close());

  it('works with that certificate, in whatever form it is handed over [23]', async () => {
    const { raw } = new X509Certificate(own.certificate);
    for (const certificate of [own.certificate, raw, new X509Certificate(raw)]) {
      await verifier.verify(token, { certificate });
    }
  });

  it('fails without it, and with another one [23]', async () => {
    await refused(verifier.verify(token), 'certificate_missing');
    await refused(verifier.verify(token, { certificate: other.certificate }), 'certificate_mismatch');
  });

  it('fails with what is no certificate', async () => {
    for (const certificate of ['', 'x', own.key, Buffer.alloc(0), own.certificate.slice(0, 100)]) {
      await refused(verifier.verify(token, { certificate }), 'certificate_mismatch');
    }
  });

  it('needs both where it is bound to both [23]', async () => {
    const client = await makeDpopClient();
    const cnf = { 'x5t#S256': own.thumbprint, jkt: client.thumbprint };
    const both = await issuer.token({ claims: { cnf } });
    const claims = { htm: 'GET', htu: API, iat: issuer.now(), ath: athOf(both) };
    const dpop = { proof: await client.proof({ claims }), method: 'GET', url: API };
    await refused(verifier.verify(both, { dpop }), 'certificate_missing');
    await refused(verifier.verify(both, { certificate: own.certificate }), 'proof_missing');
    await verifier.verify(both, { dpop, certificate: own.certificate });
  });

  it('does not matter to a token that is bound to none', async () => {
    await verifier.verify(await issuer.token(), { certificate: other.certificate });
  });
});
