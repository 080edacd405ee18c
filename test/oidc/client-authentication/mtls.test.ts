import assert from 'node:assert/strict';
import type { X509Certificate } from 'node:crypto';
import { decodeJwt } from 'jose';
import { thumbprintOf } from '../../../src/oidc/index.ts';
import { Api, bearer } from '../../support/api.ts';
import { escapedPem, impostor, multi, shop } from '../../support/certificates.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { DpopKey } from '../../support/dpop.ts';
import { type AuthorizationRequest, obtainCode, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const API = 'https://api.example.com';
const REFUSED = [401, 'invalid_client'];
const MTLS_ORIGIN = 'https://mtls.id.example.com';

const jwkOf = (certificate: X509Certificate) => ({
  ...certificate.publicKey.export({ format: 'jwk' }),
  x5c: [certificate.raw.toString('base64')],
});

const yaml = `
mtls:
  certificate_header: X-Client-Cert
  verify_header: X-Client-Verify
  origin: ${MTLS_ORIGIN}
clients:
  - client_id: trusted
    token_endpoint_auth_method: tls_client_auth
    tls_client_auth_subject_dn: 'CN=shop,O=Ex\u00e4mple\\, Inc. \\+ Co,C=SE'
    grant_types: [client_credentials]
    scope: orders:read candidates:read
    tls_client_certificate_bound_access_tokens: true
  - client_id: by-host
    token_endpoint_auth_method: tls_client_auth
    tls_client_auth_san_dns: shop.example
    grant_types: [client_credentials]
    scope: orders:read
  - client_id: self-signed
    token_endpoint_auth_method: self_signed_tls_client_auth
    jwks: { keys: [${JSON.stringify(jwkOf(multi))}] }
    grant_types: [client_credentials]
    scope: orders:read
  - client_id: secretive
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email
    tls_client_certificate_bound_access_tokens: true
  - client_id: public
    token_endpoint_auth_method: none
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid email
    first_party: true
    tls_client_certificate_bound_access_tokens: true
resources:
  - identifier: ${API}
    scopes: [orders:read]
`;

type Headers = Record<string, string>;

/** What the proxy says of a connection. */
const shown = (certificate: X509Certificate, verify = 'SUCCESS'): Headers => ({
  'x-client-cert': escapedPem(certificate),
  'x-client-verify': verify,
});

describe('mutual TLS behind a proxy', () => {
  let server: TestServer;
  let party: RelyingParty;
  const machine = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };

  before(async () => {
    server = await startServer({ yaml, env: { TRUST_PROXY: 'loopback' } });
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  const ask = async (id: string, headers: Headers, at = party) => {
    const { status, body } = await at.post('/oauth2/token', machine, { id }, headers);
    return [status, body.error];
  };
  const tokensFor = async (request: AuthorizationRequest, certificate = shop) => {
    const { code } = await obtainCode(party, request);
    const client = { id: request.client_id, secret: request.client_id === 'secretive' ? SECRET : undefined };
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, code_verifier: party.verifier };
    const { status, body } = await party.post('/oauth2/token', form, client, shown(certificate));
    assert.equal(status, 200, JSON.stringify(body));
    return { client, tokens: body as Record<string, string> };
  };

  it('is told of by discovery, with the addresses where certificates are asked for', async () => {
    const answer = await fetch(`${server.issuer}/.well-known/openid-configuration`);
    const document = (await answer.json()) as Record<string, unknown>;
    const methods = document['token_endpoint_auth_methods_supported'] as string[];
    assert.ok(methods.includes('tls_client_auth') && methods.includes('self_signed_tls_client_auth'));
    assert.equal(document['tls_client_certificate_bound_access_tokens'], true);
    assert.deepEqual(document['mtls_endpoint_aliases'], {
      token_endpoint: `${MTLS_ORIGIN}/oauth2/token`,
      userinfo_endpoint: `${MTLS_ORIGIN}/oauth2/userinfo`,
      introspection_endpoint: `${MTLS_ORIGIN}/oauth2/introspect`,
      revocation_endpoint: `${MTLS_ORIGIN}/oauth2/revoke`,
      pushed_authorization_request_endpoint: `${MTLS_ORIGIN}/oauth2/par`,
    });
    assert.equal(document['token_endpoint'], `${server.issuer}/oauth2/token`);
  });

  it('signs a client in whose name the certificate has, if the proxy trusts who issued it', async () => {
    assert.deepEqual(await ask('trusted', shown(shop)), [200, undefined]);
    assert.deepEqual(await ask('by-host', shown(shop)), [200, undefined]);
    for (const [what, headers] of Object.entries({
      'no certificate': {},
      'the word of the proxy alone': { 'x-client-verify': 'SUCCESS' },
      'a certificate that is not verified': shown(shop, 'FAILED:self-signed certificate'),
      'no word of the proxy': { 'x-client-cert': escapedPem(shop) },
      'another’s certificate': shown(multi),
      'a certificate with such a name in another place': shown(impostor),
    })) {
      assert.deepEqual(await ask('trusted', headers), REFUSED, what);
      assert.deepEqual(await ask('by-host', headers), REFUSED, what);
    }
  });

  it('signs a client in by its own certificate, whoever issued it', async () => {
    assert.deepEqual(await ask('self-signed', shown(multi, 'FAILED:self-signed certificate')), [200, undefined]);
    assert.deepEqual(await ask('self-signed', shown(shop)), REFUSED);
    assert.deepEqual(await ask('self-signed', {}), REFUSED);
  });

  it('[26] ignores such headers from everybody but the trusted proxies', async () => {
    const elsewhere = await startServer({ yaml, env: { TRUST_PROXY: '203.0.113.0/24' } });
    try {
      const at = new RelyingParty(elsewhere.issuer);
      for (const id of ['trusted', 'by-host']) assert.deepEqual(await ask(id, shown(shop), at), REFUSED, id);
      assert.deepEqual(await ask('self-signed', shown(multi), at), REFUSED);
      const forged = { ...shown(shop), 'x-forwarded-for': '203.0.113.7', forwarded: 'for=203.0.113.7' };
      assert.deepEqual(await ask('trusted', forged, at), REFUSED);
    } finally {
      await elsewhere.close();
    }
  });

  it('has no such way in where nothing is set', async () => {
    const plain = await startServer({ env: { TRUST_PROXY: 'loopback' } });
    try {
      const answer = await fetch(`${plain.issuer}/.well-known/openid-configuration`);
      const document = (await answer.json()) as Record<string, unknown>;
      const methods = document['token_endpoint_auth_methods_supported'] as string[];
      assert.deepEqual(
        methods.filter((method) => method.includes('tls')),
        [],
      );
      for (const member of ['tls_client_certificate_bound_access_tokens', 'mtls_endpoint_aliases']) {
        assert.equal(document[member], undefined);
      }
    } finally {
      await plain.close();
    }
  });

  it('binds a machine’s JWT to the certificate: cnf.x5t#S256', async () => {
    const { body } = await party.post('/oauth2/token', machine, { id: 'trusted' }, shown(shop));
    assert.deepEqual(decodeJwt(body.access_token)['cnf'], { 'x5t#S256': thumbprintOf(shop) });
    assert.equal(body.token_type, 'Bearer');
  });

  it('[23] issues no token that ought to be bound without a certificate', async () => {
    const { code } = await obtainCode(party, { client_id: 'secretive', scope: 'openid' });
    const refused = await party.exchange(code, { id: 'secretive', secret: SECRET });
    assert.deepEqual([refused.status, refused.body.error], [400, 'invalid_grant']);
  });

  it('[23] at UserInfo, a token fails without its certificate, or with another', async () => {
    const { tokens } = await tokensFor({ client_id: 'secretive', scope: 'openid email' });
    const show = async (headers: Headers) => {
      const { access_token: token = '' } = tokens;
      return (await fetch(`${server.issuer}/oauth2/userinfo`, { headers: { ...bearer(token), ...headers } })).status;
    };
    assert.equal(await show({}), 401);
    assert.equal(await show(shown(multi)), 401);
    assert.equal(await show(shown(shop)), 200);
    assert.equal(await show({ 'x-client-cert': escapedPem(shop) }), 200, 'whoever issued it');
  });

  it('[23] introspection tells an API which certificate to ask for', async () => {
    const { tokens, client } = await tokensFor({ client_id: 'secretive', scope: 'openid email' });
    const { body: jwt } = await party.post('/oauth2/token', machine, { id: 'trusted' }, shown(shop));
    for (const token of [tokens['access_token'] ?? '', jwt.access_token]) {
      const { body } = await party.post('/oauth2/introspect', { token }, client);
      assert.deepEqual([body.active, body.token_type, body.cnf], [true, 'Bearer', { 'x5t#S256': thumbprintOf(shop) }]);
    }
  });

  it('[23] a public client’s refresh token fails without its certificate; a confidential one’s asks for some', async () => {
    const { tokens, client } = await tokensFor({ client_id: 'public', scope: 'openid' });
    const refresh = async (token: string | undefined, who: typeof client, headers: Headers) => {
      const form = { grant_type: 'refresh_token', refresh_token: token ?? '' };
      const { status, body } = await party.post('/oauth2/token', form, who, headers);
      return { told: [status, body.error], body };
    };
    const gone = [400, 'invalid_grant'];
    const refused = async (token: string | undefined, what: string) => {
      for (const headers of [{}, shown(multi)])
        assert.deepEqual((await refresh(token, client, headers)).told, gone, what);
    };
    await refused(tokens['refresh_token'], 'the first one');
    const { told, body } = await refresh(tokens['refresh_token'], client, shown(shop));
    assert.deepEqual(told, [200, undefined]);
    await refused(tokens['refresh_token'], 'the answer is given again to nobody else');
    assert.deepEqual(await refresh(tokens['refresh_token'], client, shown(shop)), { told, body });
    await refused(body.refresh_token, 'the next one is bound, too');

    const confidential = await tokensFor({ client_id: 'secretive', scope: 'openid' });
    const { refresh_token: kept } = confidential.tokens;
    assert.deepEqual((await refresh(kept, confidential.client, {})).told, gone);
    const first = await refresh(kept, confidential.client, shown(multi));
    assert.deepEqual(first.told, [200, undefined]);
    assert.deepEqual(await refresh(kept, confidential.client, shown(multi)), first);
    assert.deepEqual((await refresh(kept, confidential.client, shown(shop))).told, gone, 'it was bound to the other');
  });

  it('[23] /v1 refuses a token without its certificate, or with another', async () => {
    const api = new Api(server.issuer);
    const request = { client_id: 'public', scope: 'openid', resource: `${server.issuer}/v1` };
    const { tokens } = await tokensFor(request);
    const { access_token: token = '' } = tokens;
    const me = async (headers: Headers) => {
      const { status, body } = await api.call('GET', '/v1/me', { headers });
      return [status, body['code']];
    };
    const refused = [401, 'invalid_token'];
    assert.deepEqual(await me(bearer(token)), refused);
    assert.deepEqual(await me({ ...bearer(token), ...shown(multi) }), refused);
    assert.deepEqual(await me({ ...bearer(token), ...shown(shop) }), [200, undefined]);
    const url = `${server.issuer}/v1/me`;
    const key = await DpopKey.create();
    assert.deepEqual(
      await me({ ...(await key.headers(token, url)), ...shown(shop) }),
      refused,
      'a proof is no stand-in',
    );
  });

  it('binds a token to one key: a certificate and a DPoP proof together are refused', async () => {
    const key = await DpopKey.create();
    const dpop = await key.proof({ url: `${server.issuer}/oauth2/token` });
    assert.deepEqual(await ask('trusted', { ...shown(shop), dpop }), [400, 'invalid_request']);
    const by = await key.proof({ url: `${server.issuer}/oauth2/token` });
    assert.deepEqual(await ask('by-host', { ...shown(shop), dpop: by }), [200, undefined], 'to sign in, and to bind');
  });
});
