import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { readKey } from '../../../src/keys/read-key.ts';
import { CALLBACK } from '../../support/declaration.ts';
import { obtainCode, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const ALGORITHMS = ['ES256', 'RS256', 'PS256', 'ES384', 'Ed25519', 'EdDSA', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'];

const client = (alg: string) => `
  - client_id: by-${alg}
    redirect_uris: [${CALLBACK}]
    token_endpoint_auth_method: none
    scope: openid email
    id_token_signed_response_alg: ${alg}`;

describe('every algorithm that keys can be made for', () => {
  let server: TestServer;
  before(async () => {
    const yaml = `signing_keys: { algorithms: [${ALGORITHMS}] }\nclients:${ALGORITHMS.map(client).join('')}`;
    server = await startServer({ yaml });
  });
  after(() => server.close());

  for (const alg of ALGORITHMS) {
    it(`signs ID tokens for a client that asks for ${alg}, which the published keys verify`, async () => {
      const party = new RelyingParty(server.issuer);
      const { code } = await obtainCode(party, { client_id: `by-${alg}`, scope: 'openid email' });
      const idToken = String((await party.exchange(code, { id: `by-${alg}` })).body.id_token);
      assert.equal(decodeProtectedHeader(idToken).alg, alg);
      const keys = createRemoteJWKSet(new URL(`${server.issuer}/.well-known/jwks.json`));
      await jwtVerify(idToken, keys, { issuer: server.issuer, audience: `by-${alg}`, algorithms: [alg] });
    });
  }

  it('is told by discovery; one without a key is refused at the start', async () => {
    const answer = await fetch(`${server.issuer}/.well-known/openid-configuration`);
    const { id_token_signing_alg_values_supported } = (await answer.json()) as Record<string, string[]>;
    assert.deepEqual(id_token_signing_alg_values_supported?.toSorted(), ALGORITHMS.toSorted());
    await assert.rejects(startServer({ yaml: `clients:${client('ES384')}` }), /id_token_signed_response_alg/);
  });

  it('is read from a file, of the kind that Node has since 24, too', async () => {
    const { privateKey } = generateKeyPairSync('ml-dsa-65' as 'ed25519');
    const texts = [
      String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
      JSON.stringify(privateKey.export({ format: 'jwk' })),
    ];
    const read = await Promise.all(texts.map((text) => readKey({ name: 'post.pem', text }, ALGORITHMS)));
    assert.deepEqual(
      read.map(({ alg }) => alg),
      ['ML-DSA-65', 'ML-DSA-65'],
    );
    assert.equal(read[0]?.kid, read[1]?.kid);
  });
});
