import assert from 'node:assert/strict';
import { decodeJwt, EmbeddedJWK, jwtVerify, SignJWT, UnsecuredJWT } from 'jose';
import { SECRET } from '../../support/declaration.ts';
import { forge } from '../../support/forge.ts';
import { type IssuerKey, makeKey, TestIssuer } from '../../support/issuer.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const API = 'https://api.example.com';
const web = { id: 'web' };
const confidential = { id: 'confidential', secret: SECRET };

/** Each has the claims of a token that is good: were one taken, that would end. */
describe('a JWT that is no access token of ours', () => {
  let server: TestServer;
  let party: RelyingParty;
  let forger: IssuerKey;
  /** Where the forger's keys can be asked for. */
  let elsewhere: TestIssuer;
  let tokens: Record<string, string>;
  let token: string;
  let [head, body, signature] = ['', '', ''];
  before(async () => {
    [forger, elsewhere] = await Promise.all([makeKey(), TestIssuer.start()]);
    elsewhere.keys = [forger];
    // Without the engine's guard, which would keep it from loopback: here it could ask, and does not.
    const open = (url: URL, { dispatcher: _guard, ...options }: RequestInit) => fetch(url, options);
    server = await startServer({ fetch: open as never });
    party = new RelyingParty(server.issuer);
    const request = { client_id: 'web', scope: 'openid email orders:read', resource: API };
    ({ tokens } = await obtainTokens(party, request));
    token = tokens['access_token'] ?? '';
    [head = '', body = '', signature = ''] = token.split('.');
  });
  afterEach(async () => assert.equal((await introspect(token)).active, true, 'nothing else ended'));
  after(async () => {
    await server.close();
    await elsewhere.close();
  });

  const introspect = async (value: string) =>
    (await party.post('/oauth2/introspect', { token: value }, confidential)).body;
  const isNothing = async (what: string, value: string) => {
    assert.deepEqual(await introspect(value), { active: false }, what);
    const { status, body: said } = await party.post('/oauth2/revoke', { token: value }, web);
    assert.deepEqual([status, said], [200, {}], what);
  };

  /** The good token's claims and header, but for what is said, signed by somebody else. */
  const forged = (payload: object, header: object = {}) =>
    new SignJWT({ ...decodeJwt(token), ...payload })
      .setProtectedHeader({ alg: 'ES256', ...JSON.parse(String(Buffer.from(head, 'base64url'))), ...header })
      .sign(forger.privateKey);

  it('[12] is nothing to tell of, or to end, when it is cut, bent, forged, unsigned, or of another kind', async () => {
    const bent = Buffer.from(signature, 'base64url');
    bent[10] = (bent[10] ?? 0) ^ 1;
    for (const [what, value] of Object.entries({
      cut: token.slice(0, -10),
      'without a signature': `${head}.${body}.`,
      'with a changed byte': `${head}.${body}.${bent.toString('base64url')}`,
      'of another issuer': await forged({ iss: 'https://evil.example' }),
      'of another key': await forged({}),
      'alg none': new UnsecuredJWT(decodeJwt(token)).encode(),
      'an ID token': tokens['id_token'] ?? '',
    }))
      await isNothing(what, value);
  });

  it('[12] nor when the key that signed it comes along, or its address does, which nobody asks', async () => {
    const [jwk, jku] = [forger.publicJwk, `${elsewhere.url}/jwks`];
    const { payload } = await jwtVerify(await forged({}, { jwk }), EmbeddedJWK, { issuer: server.issuer });
    assert.equal(payload.sub, decodeJwt(token).sub, 'whoever takes the key takes the token');
    for (const offer of [{ jwk }, { jku }, { x5u: jku }, { jwk, jku }])
      for (const kid of [{}, { kid: undefined }, { kid: forger.kid }]) {
        const header = { ...offer, ...kid };
        await isNothing(JSON.stringify(header), await forged({}, header));
      }
    assert.deepEqual(elsewhere.asked, []);
  });

  it('nor when our own key has signed it, for another issuer or as another kind', async () => {
    const claims = decodeJwt(token);
    assert.equal((await introspect(await forge(server, claims))).active, true, 'as we issue it');
    await isNothing('another issuer', await forge(server, { ...claims, iss: 'https://evil.example' }));
    await isNothing('no issuer', await forge(server, { ...claims, iss: undefined }));
    for (const typ of ['logout+jwt', 'statuslist+jwt', 'JWT', undefined])
      await isNothing(`typ ${typ}`, await forge(server, claims, { typ }));
  });

  it('nor when it is as long as a form may be; one of 100 KB is no request at all', async () => {
    const ofLength = (length: number) => `${head}.${'A'.repeat(length)}.${signature}`;
    await isNothing('50 KB', ofLength(50_000));
    const refused = { error: 'invalid_request', error_description: 'failed to parse the request body' };
    for (const [path, client] of [
      ['introspect', confidential],
      ['revoke', web],
    ] as const) {
      const answer = await party.post(`/oauth2/${path}`, { token: ofLength(100_000) }, client);
      assert.deepEqual([answer.status, answer.body], [400, refused], path);
    }
  });
});
