import assert from 'node:assert/strict';
import Koa from 'koa';
import {
  type AccessTokenClaims,
  type AdmittedRequest,
  createVerifier,
  type GuardOptions,
  httpMiddleware,
  koaMiddleware,
  type Verifier,
  type VerifierError,
} from '../../../src/verifier/index.ts';
import { athOf, makeDpopClient } from '../../support/dpop-client.ts';
import { type Loopback, serve } from '../../support/guarded.ts';
import { API, makeKey, TestIssuer } from '../../support/issuer.ts';
import { type Certificate, selfSigned } from '../../support/self-signed.ts';
import { installTimeout } from '../../support/system.ts';

const ORIGIN = 'https://api.example.com';
const ALGS = 'ES256 ES384 PS256 RS256 EdDSA Ed25519';

/** The same application, in Koa and without: says who asked, and how it would ask on. */
const applications = {
  Koa(verifier: Verifier, options: GuardOptions) {
    const app = new Koa();
    app.use(koaMiddleware(verifier, options));
    app.use((ctx) => {
      const { claims, correlationId } = ctx.state as { claims: AccessTokenClaims; correlationId: string };
      ctx.body = JSON.stringify({ sub: claims.sub, correlationId, upstream: ctx.req.headers['x-correlation-id'] });
    });
    return app.callback();
  },
  'node:http'(verifier: Verifier, options: GuardOptions) {
    const guard = httpMiddleware(verifier, options);
    return (request: Parameters<typeof guard>[0], response: Parameters<typeof guard>[1]) =>
      void guard(request, response, () => {
        const { claims, correlationId, headers } = request as AdmittedRequest;
        response.end(JSON.stringify({ sub: claims.sub, correlationId, upstream: headers['x-correlation-id'] }));
      });
  },
};

for (const [name, application] of Object.entries(applications)) {
  describe(`verifier: middleware for ${name}`, () => {
    let issuer: TestIssuer;
    let certificate: Certificate;
    const refusals: [VerifierError['code'], string][] = [];
    const servers: Loopback[] = [];
    let plain: Loopback;
    let dpop: Loopback;
    let secure: Loopback;

    before(async function () {
      this.timeout(installTimeout);
      issuer = await TestIssuer.start();
      certificate = await selfSigned();
      const verifier = createVerifier({ issuer: issuer.url, audience: API });
      const onRefusal: GuardOptions['onRefusal'] = ({ code }, id) => void refusals.push([code, id]);
      const tls = { cert: certificate.certificate, key: certificate.key, requestCert: true, rejectUnauthorized: false };
      servers.push(
        await serve(application(verifier, { scopes: ['orders:read'], onRefusal })),
        await serve(application(verifier, { origin: `${ORIGIN}/` })),
        await serve(application(verifier, {}), tls),
      );
      [plain, dpop, secure] = servers as [Loopback, Loopback, Loopback];
    });
    beforeEach(() => {
      refusals.length = 0;
    });
    after(async () => {
      for (const server of servers) await server.close();
      await issuer.close();
    });

    const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });

    it('lets a good token in, with its claims', async () => {
      for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
        const answer = await plain.ask('/', { headers: { authorization: `${scheme} ${await issuer.token()}` } });
        assert.equal(answer.status, 200);
        assert.equal(JSON.parse(answer.text).sub, 'ada');
      }
      assert.deepEqual(refusals, []);
    });

    it('asks whoever shows nothing for a token, and tells no more', async () => {
      for (const authorization of [undefined, '', 'Basic YTpi', 'Bearer', 'Bearer ', 'DPoP x', 'Token x']) {
        const headers = authorization === undefined ? {} : { authorization };
        const answer = await plain.ask(`/?access_token=${await issuer.token()}`, { headers });
        assert.equal(answer.status, 401, authorization);
        assert.equal(answer.headers['www-authenticate'], `Bearer realm="${API}"`);
        assert.equal(answer.headers['cache-control'], 'no-store');
        assert.equal(answer.text, '');
      }
      assert.deepEqual(refusals, []);
    });

    it('answers 401 to every bad token alike; why is for the log', async () => {
      const bad: [string, string][] = [
        ['token_malformed', 'x'],
        ['token_malformed', '"><script>'],
        ['token_expired', await issuer.token({ claims: { exp: 1 } })],
        ['token_claim', await issuer.token({ claims: { aud: 'https://other.example' } })],
        ['token_type', await issuer.token({ header: { typ: 'JWT' } })],
        ['token_key_unknown', await issuer.token({ key: await makeKey() })],
        ['proof_missing', await issuer.token({ claims: { cnf: { jkt: 'x' } } })],
      ];
      for (const [, token] of bad) {
        const answer = await plain.ask('/', { headers: { ...bearer(token).headers, 'x-correlation-id': 'c-1' } });
        assert.equal(answer.status, 401);
        assert.equal(answer.headers['www-authenticate'], `Bearer realm="${API}", error="invalid_token"`);
        assert.equal(answer.text, '');
      }
      assert.deepEqual(
        refusals,
        bad.map(([code]) => [code, 'c-1']),
      );
    });

    it('answers 403 to a token that lacks a scope, and names what it takes', async () => {
      for (const scope of ['', 'orders:readwrite', 'orders', undefined]) {
        const answer = await plain.ask('/', bearer(await issuer.token({ claims: { scope } })));
        assert.equal(answer.status, 403);
        const challenge = `Bearer realm="${API}", error="insufficient_scope", scope="orders:read"`;
        assert.equal(answer.headers['www-authenticate'], challenge);
        assert.equal(answer.text, '');
      }
      const more = await issuer.token({ claims: { scope: 'a orders:read b' } });
      assert.equal((await plain.ask('/', bearer(more))).status, 200);
    });

    it('answers 503 where the keys cannot be had, and says when to come again', async () => {
      const away = await TestIssuer.start();
      const server = await serve(application(createVerifier({ issuer: away.url, audience: API }), {}));
      const token = await away.token();
      await away.close();
      const answer = await server.ask('/', bearer(token));
      assert.equal(answer.status, 503);
      assert.match(answer.headers['retry-after'] ?? '', /^[1-9]\d*$/);
      assert.equal(answer.headers['www-authenticate'], undefined);
      assert.equal(answer.text, '');
      await server.close();
    });

    it('passes a correlation id on: to the application, upstream, to the issuer and back', async () => {
      issuer.asked = [];
      const server = await serve(application(createVerifier({ issuer: issuer.url, audience: API }), {}));
      const { headers } = bearer(await issuer.token());
      const given = await server.ask('/', { headers: { ...headers, 'x-correlation-id': 'order.4711-a_b' } });
      assert.equal(given.headers['x-correlation-id'], 'order.4711-a_b');
      assert.deepEqual(JSON.parse(given.text), {
        sub: 'ada',
        correlationId: 'order.4711-a_b',
        upstream: 'order.4711-a_b',
      });
      assert.ok(issuer.asked.length > 0);
      for (const { headers } of issuer.asked) assert.equal(headers['x-correlation-id'], 'order.4711-a_b');
      for (const wrong of ['', 'a b', 'x'.repeat(129), 'a"b', undefined]) {
        const answer = await server.ask('/', {
          headers: { ...headers, ...(wrong === undefined ? {} : { 'x-correlation-id': wrong }) },
        });
        const made = String(answer.headers['x-correlation-id']);
        assert.match(made, /^[0-9a-f-]{36}$/);
        assert.equal(JSON.parse(answer.text).upstream, made);
      }
      assert.match(String((await server.ask('/')).headers['x-correlation-id']), /^[0-9a-f-]{36}$/);
      await server.close();
    });

    it('takes a proof for this request, once, and no bound token without [23]', async () => {
      const client = await makeDpopClient();
      const token = await issuer.token({ claims: { cnf: { jkt: client.thumbprint } } });
      const claims = { htm: 'POST', htu: `${ORIGIN}/orders`, iat: issuer.now(), ath: athOf(token) };
      const send = (scheme: string, proof?: string) =>
        dpop.ask('/orders?x=1', {
          method: 'POST',
          headers: { authorization: `${scheme} ${token}`, host: 'evil.example', ...(proof && { dpop: proof }) },
        });
      const proof = await client.proof({ claims });
      assert.equal((await send('DPoP', proof)).status, 200);
      const challenged = async (answer: ReturnType<typeof send>, challenge: string) => {
        const { status, headers } = await answer;
        assert.deepEqual([status, headers['www-authenticate']], [401, challenge]);
      };
      const dpopError = (error: string) =>
        `DPoP realm="${API}", error="${error}", algs="${ALGS}", Bearer realm="${API}"`;
      await challenged(send('DPoP', proof), dpopError('invalid_dpop_proof'));
      await challenged(send('dpop'), dpopError('invalid_dpop_proof'));
      const stolen = await (await makeDpopClient()).proof({ claims });
      await challenged(send('DPoP', stolen), dpopError('invalid_token'));
      const bearerError = `Bearer realm="${API}", error="invalid_token", DPoP realm="${API}", algs="${ALGS}"`;
      await challenged(send('Bearer', await client.proof({ claims })), bearerError);
      await challenged(dpop.ask('/'), `Bearer realm="${API}", DPoP realm="${API}", algs="${ALGS}"`);
      assert.equal((await dpop.ask('/', bearer(await issuer.token()))).status, 200);
    });

    it('offers no DPoP where nobody said which address proofs are for', async () => {
      const client = await makeDpopClient();
      const token = await issuer.token({ claims: { cnf: { jkt: client.thumbprint } } });
      const claims = { htm: 'GET', htu: `${plain.origin}/`, iat: issuer.now(), ath: athOf(token) };
      const headers = { authorization: `DPoP ${token}`, dpop: await client.proof({ claims }) };
      const answer = await plain.ask('/', { headers });
      assert.deepEqual([answer.status, answer.headers['www-authenticate']], [401, `Bearer realm="${API}"`]);
    });

    it('takes the certificate that the client proved in its handshake [23]', async () => {
      const other = await selfSigned();
      const token = await issuer.token({ claims: { cnf: { 'x5t#S256': certificate.thumbprint } } });
      const send = (shown?: Certificate) =>
        secure.ask('/', { ...bearer(token), ...(shown && { cert: shown.certificate, key: shown.key }) });
      assert.equal((await send(certificate)).status, 200);
      assert.equal((await send(other)).status, 401);
      assert.equal((await send()).status, 401);
      assert.equal((await plain.ask('/', bearer(token))).status, 401);
    });

    it('takes the certificate of a proxy in front, where it is told how [23]', async () => {
      const token = await issuer.token({ claims: { cnf: { 'x5t#S256': certificate.thumbprint } } });
      const options: GuardOptions = {
        certificate: ({ headers }) => decodeURIComponent(String(headers['x-client-certificate'] ?? '')),
      };
      const server = await serve(application(createVerifier({ issuer: issuer.url, audience: API }), options));
      const send = async (pem: string) => {
        const headers = { ...bearer(token).headers, 'x-client-certificate': encodeURIComponent(pem) };
        return (await server.ask('/', { headers })).status;
      };
      assert.equal(await send(certificate.certificate), 200);
      for (const pem of ['', 'x', (await selfSigned()).certificate]) assert.equal(await send(pem), 401);
      await server.close();
    });
  });
}
