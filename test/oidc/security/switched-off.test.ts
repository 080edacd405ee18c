import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT } from 'jose';
import { SECRET } from '../../support/declaration.ts';
import { answerOf } from '../../support/people.ts';
import { obtainCode, obtainTokens, PASSWORD, RelyingParty, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import type { UserAgent } from '../../support/user-agent.ts';

const OFF_GRANTS = {
  password: { username: 'ada@example.com', password: PASSWORD, scope: 'openid' },
  implicit: {},
  'urn:ietf:params:oauth:grant-type:device_code': { device_code: 'x' },
  'urn:ietf:params:oauth:grant-type:jwt-bearer': { assertion: 'e30.e30.' },
  'urn:ietf:params:oauth:grant-type:saml2-bearer': { assertion: 'x' },
  'urn:ietf:params:oauth:grant-type:token-exchange': { subject_token: 'x', subject_token_type: 'x' },
  'urn:ietf:params:oauth:grant-type:pre-authorized_code': { 'pre-authorized_code': 'x' },
  'urn:openid:params:grant-type:ciba': { auth_req_id: 'x' },
  none: {},
  ['__proto__']: {},
  AUTHORIZATION_CODE: { code: 'x' },
};

const OFF_RESPONSE_TYPES = [
  'token',
  'id_token',
  'id_token token',
  'code token',
  'code id_token',
  'code id_token token',
  'none',
  'CODE',
  'code none',
];

describe('what is switched off', () => {
  let server: TestServer;
  let party: RelyingParty;
  let agent: UserAgent;
  let metadata: Record<string, string[] | string | boolean | undefined>;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
    // Signed in and consenting: nothing but the switch stands in the way of what is asked for.
    ({ agent } = await obtainTokens(party, { client_id: 'web' }));
    metadata = (await (await fetch(`${server.issuer}/.well-known/openid-configuration`)).json()) as typeof metadata;
  });
  after(() => server.close());

  const ask = async (more: Record<string, string>) =>
    agent.get(party.authorizeUrl({ client_id: 'web', nonce: 'n', ...more }));

  for (const response_type of OFF_RESPONSE_TYPES) {
    it(`[15] issues nothing for response_type=${response_type}`, async () => {
      for (const response_mode of ['query', 'fragment', 'form_post', undefined]) {
        const page = await ask({ response_type, ...(response_mode && { response_mode }) });
        assert.doesNotMatch(`${page.location} ${page.text}`, /[?&#"](code|access_token|id_token)[="]/);
        assert.match(`${page.location} ${page.text}`, /unsupported_response_type|invalid_request/);
      }
      assert.ok(!(metadata['response_types_supported'] as string[]).includes(response_type));
    });
  }

  for (const response_mode of ['jwt', 'query.jwt', 'fragment.jwt', 'form_post.jwt', 'web_message', 'nonsense']) {
    it(`[15] answers in no response_mode=${response_mode}`, async () => {
      const answer = answerOf(await ask({ response_mode }));
      assert.equal(answer['code'], undefined);
      assert.equal(answer['error'], 'unsupported_response_mode');
      assert.ok(!(metadata['response_modes_supported'] as string[]).includes(response_mode));
    });
  }

  for (const [grant_type, parameters] of Object.entries(OFF_GRANTS)) {
    it(`[15] has no grant ${grant_type}, for whichever client`, async () => {
      for (const id of ['web', 'confidential', 'own', 'service']) {
        const { status, body } = await party.token({ grant_type, ...parameters }, { id, secret: secretOf(id) });
        assert.deepEqual([status, body.error], [400, 'unsupported_grant_type'], id);
      }
      assert.ok(!(metadata['grant_types_supported'] as string[]).includes(grant_type));
    });
  }

  it('[15] lets a client use the grants it registered for, and no other', async () => {
    const refused = async (id: string, parameters: Record<string, string>) => {
      const { status, body } = await party.token(parameters, { id, secret: secretOf(id) });
      assert.deepEqual([status, body.error], [400, 'unauthorized_client'], id);
      assert.match(body.error_description, /grant type is not allowed for this client/, id);
    };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), { client_id: 'confidential' });
    await refused('lenient', { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' });
    await refused('service', { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://app.example/' });
    await refused('service', { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' });
    for (const id of ['confidential', 'own', 'web']) await refused(id, { grant_type: 'client_credentials' });
  });

  it('[15] gives no refresh token to a client that did not register for them, whatever it asks', async () => {
    const request = { client_id: 'lenient', scope: 'openid offline_access', prompt: 'consent' };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), request);
    assert.ok(tokens['access_token']);
    assert.equal(tokens['refresh_token'], undefined);
  });

  it('[15] gives no scope that a client did not register for', async () => {
    const request = { client_id: 'confidential', scope: 'openid orders:read orders:write candidates:write' };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), {
      ...request,
      resource: 'https://api.example.com',
    });
    assert.doesNotMatch(String(tokens['scope']), /write/);
  });

  it('[15] lets no client off the authentication it registered, and lets none choose another', async () => {
    const { code } = await obtainCode(party, { client_id: 'confidential' }, agent);
    const none = await party.exchange(code, { id: 'confidential' });
    assert.deepEqual([none.status, none.body.error], [401, 'invalid_client']);
    const secretOfNobody = await party.exchange(code, { id: 'web', secret: SECRET });
    assert.deepEqual([secretOfNobody.status, secretOfNobody.body.error], [401, 'invalid_client']);
    const assertion = {
      client_id: 'confidential',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await new SignJWT({ jti: 'x' })
        .setProtectedHeader({ alg: 'HS256' })
        .setIssuer('confidential')
        .setSubject('confidential')
        .setAudience(server.issuer)
        .setExpirationTime('1m')
        .sign(Buffer.from(SECRET)),
    };
    const signed = await party.exchange(code, { id: 'confidential' }, assertion);
    assert.deepEqual([signed.status, signed.body.error], [401, 'invalid_client']);
    assert.equal((await party.exchange(code, { id: 'confidential', secret: SECRET })).status, 200);
  });

  it('[15] reads no request object, and fetches none', async () => {
    let fetched = 0;
    const trap = createServer((_, answer) => {
      fetched += 1;
      answer.end();
    });
    await new Promise<void>((resolve) => trap.listen(0, '127.0.0.1', resolve));
    const uri = `http://127.0.0.1:${(trap.address() as AddressInfo).port}/request.jwt`;
    const object = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"scope":"openid"}').toString('base64url')}.`;
    try {
      assert.equal(answerOf(await ask({ request: object }))['error'], 'request_not_supported');
      assert.equal(answerOf(await ask({ request_uri: uri }))['error'], 'request_uri_not_supported');
      assert.equal(answerOf(await ask({ registration: '{}' }))['error'], 'registration_not_supported');
      assert.equal(fetched, 0);
    } finally {
      trap.close();
    }
    assert.equal(metadata['request_parameter_supported'] ?? false, false);
    assert.equal(metadata['request_uri_parameter_supported'], false);
  });

  it('[15] gives no claim for a claims parameter that is off', async () => {
    const claims = JSON.stringify({ userinfo: { email: null }, id_token: { email: null } });
    const request = { client_id: 'web', scope: 'openid', claims };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), request);
    const headers = { authorization: `Bearer ${tokens['access_token']}` };
    const userinfo = (await (await fetch(`${server.issuer}/oauth2/userinfo`, { headers })).json()) as object;
    const payload = JSON.parse(Buffer.from(tokens['id_token']?.split('.')[1] ?? '', 'base64url').toString());
    assert.deepEqual([Object.keys(userinfo), payload.email], [['sub'], undefined]);
  });

  // A device code that nobody is given is bound to no other browser either [20].
  it('[15] [20] has no address for what is off, in the discovery document or outside of it', async () => {
    const off = [
      '/oauth2/register',
      '/oauth2/device',
      '/oauth2/device/authorize',
      '/oauth2/backchannel',
      '/oauth2/ciba',
      '/oauth2/credential',
      '/oauth2/session/check',
      '/.well-known/openid-credential-issuer',
      '/reg',
      '/device',
      '/device/auth',
      '/token',
      '/auth',
      '/backchannel',
    ];
    for (const path of off) {
      for (const method of ['GET', 'POST']) {
        assert.equal((await fetch(server.issuer + path, { method })).status, 404, `${method} ${path}`);
      }
      assert.ok(!Object.values(metadata).includes(server.issuer + path), path);
    }
  });

  it('[15] serves no page of the engine’s own in the place of ours', async () => {
    for (const path of ['/interaction/abc', '/interaction/abc/abort', '/interaction/abc/submit']) {
      const answer = await fetch(server.issuer + path, { headers: { accept: 'text/html' } });
      const text = await answer.text();
      assert.ok([400, 404].includes(answer.status), path);
      assert.doesNotMatch(text, /devInteractions|oidc-provider|name="prompt"/, path);
    }
  });

  it('[19] has no password grant and no implicit flow', async () => {
    const password = { grant_type: 'password', username: 'a@example.com', password: PASSWORD };
    for (const id of ['web', 'confidential', 'own', 'service']) {
      const { body } = await party.token(password, { id, secret: secretOf(id) });
      assert.equal(body.error, 'unsupported_grant_type', id);
    }
    assert.deepEqual(metadata['response_types_supported'], ['code']);
    assert.deepEqual((metadata['grant_types_supported'] as string[]).toSorted(), [
      'authorization_code',
      'client_credentials',
      'refresh_token',
    ]);
  });

  for (const grant of ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code']) {
    it(`[19] refuses a declaration that switches ${grant} on for a client`, async () => {
      const yaml = `clients:
  - client_id: eager
    client_secret: ${SECRET}
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, '${grant}']`;
      await assert.rejects(startServer({ yaml }), /grant_types/);
    });
  }
});
