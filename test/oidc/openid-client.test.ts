import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as openid from 'openid-client';
import { CALLBACK, declaration, SECRET } from '../support/declaration.ts';
import { freePort } from '../support/ports.ts';
import { createEmptyDatabase } from '../support/postgres.ts';
import { emptyFolder, type GatehouseProcess, runGatehouse } from '../support/process.ts';
import { consentAt, registerAt } from '../support/relying-party.ts';
import { UserAgent } from '../support/user-agent.ts';

describe('openid-client against a server process', function () {
  this.timeout(30_000);
  const undo: (() => Promise<unknown>)[] = [];
  let server: GatehouseProcess;
  let issuer: string;
  let config: openid.Configuration;

  before(async () => {
    const folder = await emptyFolder();
    undo.push(folder.remove);
    const database = await createEmptyDatabase();
    undo.push(database.drop);
    await writeFile(join(folder.path, 'gatehouse.yaml'), declaration);
    const port = await freePort();
    issuer = `http://localhost:${port}`;
    server = runGatehouse(['start'], { cwd: folder.path, env: { PORT: String(port), DATABASE_URL: database.url } });
    undo.push(async () => {
      server.kill('SIGTERM');
      assert.equal(await server.ended(), 0);
    });
    await server.ready();
    const options = { execute: [openid.allowInsecureRequests] };
    config = await openid.discovery(
      new URL(issuer),
      'confidential',
      undefined,
      openid.ClientSecretBasic(SECRET),
      options,
    );
  });
  after(async () => {
    for (const step of undo.reverse()) await step();
  });

  it('discovers, signs in with code, PKCE and PAR, refreshes, introspects, revokes and logs out', async () => {
    const agent = new UserAgent(issuer);
    const verifier = openid.randomPKCECodeVerifier();
    const [expectedState, expectedNonce] = [openid.randomState(), openid.randomNonce()];
    const url = await openid.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: CALLBACK,
      scope: 'openid email profile',
      state: expectedState,
      nonce: expectedNonce,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    });
    assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);

    const consent = await registerAt(agent, await agent.open(url.href));
    const back = await consentAt(agent, consent);
    const checks = { pkceCodeVerifier: verifier, expectedState, expectedNonce, idTokenExpected: true };
    const tokens = await openid.authorizationCodeGrant(config, new URL(back.location ?? ''), checks);
    const subject = tokens.claims()?.sub ?? '';

    const info = await openid.fetchUserInfo(config, tokens.access_token, subject);
    assert.equal(info.name, 'Ada Lovelace');
    assert.equal(info.email_verified, false);

    const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '');
    assert.notEqual(refreshed.refresh_token, tokens.refresh_token);

    const before = await openid.tokenIntrospection(config, refreshed.access_token);
    assert.equal(before.active, true);
    assert.equal(before.sub, subject);
    await openid.tokenRevocation(config, refreshed.access_token);
    assert.equal((await openid.tokenIntrospection(config, refreshed.access_token)).active, false);
    await openid.tokenRevocation(config, refreshed.refresh_token ?? '');
    await assert.rejects(openid.refreshTokenGrant(config, refreshed.refresh_token ?? ''), { error: 'invalid_grant' });

    const end = openid.buildEndSessionUrl(config, {
      id_token_hint: refreshed.id_token ?? '',
      post_logout_redirect_uri: 'https://app.example/bye',
      state: 'the-end',
    });
    const asked = await agent.open(end.href);
    assert.match(asked.text, /Sign out/);
    const left = await agent.submit(asked, { logout: 'yes' });
    assert.equal(left.location, 'https://app.example/bye?state=the-end');
    const again = await agent.open(
      openid.buildAuthorizationUrl(config, {
        redirect_uri: CALLBACK,
        scope: 'openid',
        code_challenge: await openid.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }).href,
    );
    assert.match(again.text, /name="password"/);
  });

  it('gets a token for itself', async () => {
    const options = { execute: [openid.allowInsecureRequests] };
    const auth = openid.ClientSecretBasic(SECRET);
    const service = await openid.discovery(new URL(issuer), 'service', undefined, auth, options);
    const parameters = { scope: 'orders:read', resource: 'https://api.example.com' };
    const token = await openid.clientCredentialsGrant(service, parameters);
    assert.equal(token.expires_in, 900);
    assert.equal(token.scope, 'orders:read');
  });
});
