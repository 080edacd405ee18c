import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { allCookies, cookieKeysOf, plantCookie } from '../../support/cookies.ts';
import { SECRET } from '../../support/declaration.ts';
import { askSilently, newPerson, signIn } from '../../support/people.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const DEMO_SECRET = 'demo-service-secret-for-development-only';
const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  HOST: '127.0.0.1',
  MASTER_KEY: randomBytes(32).toString('base64'),
  SMTP_URL: 'smtp://127.0.0.1:2525',
  MAIL_FROM: 'no-reply@example.com',
};

/** Cookies by name, with their attributes in lower case. */
function attributesOf(headers: Headers): Record<string, string[]> {
  const cookies = headers.getSetCookie().map((cookie) => cookie.split('; '));
  return Object.fromEntries(
    cookies.map(([pair = '', ...attributes]) => [pair.split('=')[0], attributes.map((each) => each.toLowerCase())]),
  );
}

describe('defaults', () => {
  let server: TestServer;
  let base: string;
  before(async () => {
    server = await startServer({ env: PRODUCTION });
    base = `http://127.0.0.1:${server.config.port}`;
  });
  after(() => server.close());

  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(base + path, { redirect: 'manual', headers: { accept: 'text/html', ...headers } });
  const authorize = () => new RelyingParty('').authorizeUrl({ client_id: 'web' });

  it('[43] has no demo, no mailbox and no page of a developer’s in production', async () => {
    for (const path of [
      '/demo',
      '/demo/',
      '/demo/second',
      '/demo/start',
      '/demo/api/me',
      '/dev/mailbox',
      '/dev/mailbox.json',
    ]) {
      assert.equal((await get(path)).status, 404, path);
    }
  });

  it('[43] knows no client and no secret by default in production', async () => {
    const party = new RelyingParty(base);
    const parameters = {
      grant_type: 'client_credentials',
      scope: 'candidates:read',
      resource: `${PRODUCTION.ISSUER}/v1`,
    };
    const guesses = ['demo-service', 'service', 'admin', 'gatehouse', 'foo', 'test'];
    for (const id of guesses) {
      for (const secret of [DEMO_SECRET, 'secret', 'changeme', id, 'undefined', 'null']) {
        const { status, body } = await party.token(parameters, { id, secret });
        assert.deepEqual([status, body.error], [401, 'invalid_client'], `${id}:${secret}`);
      }
    }
    assert.equal(
      (await party.token(parameters, { id: 'service', secret: SECRET })).status,
      200,
      'the declared one works',
    );
    for (const id of ['demo-web', 'demo-web-2', 'demo-service']) {
      const page = await get(new RelyingParty('').authorizeUrl({ client_id: id }));
      assert.deepEqual([page.status, page.headers.get('location')], [400, null], id);
    }
  });

  for (const setting of ['MASTER_KEY', 'ISSUER', 'SMTP_URL', 'MAIL_FROM']) {
    it(`[43] does not start in production without ${setting}`, async () => {
      await assert.rejects(startServer({ env: { ...PRODUCTION, [setting]: '' } }), new RegExp(setting));
    });
  }

  it('[43] does not start in production with a demo client, whatever the file says', async () => {
    for (const id of ['demo-web', 'demo-service']) {
      const yaml = `clients: [{client_id: ${id}, redirect_uris: ['https://app.example/']}]`;
      await assert.rejects(
        startServer({ env: PRODUCTION, yaml }),
        /is a demo client, which cannot exist in production/,
      );
    }
  });

  it('[43] signs with keys of its own: those of two installations have nothing in common', async () => {
    const [one, other] = [await startServer(), await startServer()];
    try {
      const kids = await Promise.all(
        [one, other, server].map(async ({ config }) => {
          const answer = await fetch(`http://127.0.0.1:${config.port}/.well-known/jwks.json`);
          return ((await answer.json()) as { keys: Record<string, string>[] }).keys;
        }),
      );
      const all = kids.flat();
      assert.equal(new Set(all.map(({ kid }) => kid)).size, all.length);
      assert.notDeepEqual(cookieKeysOf(one.config), cookieKeysOf(other.config));
      for (const key of all) assert.ok(!('d' in key) && !('p' in key) && key['use'] === 'sig', key['kid']);

      const party = new RelyingParty(one.issuer);
      const { agent, tokens } = await obtainTokens(party, { client_id: 'web' });
      const elsewhere = new UserAgent(other.issuer);
      for (const cookie of await allCookies(agent)) await plantCookie(elsewhere, other.issuer, cookie);
      const silent = await askSilently(elsewhere, new RelyingParty(other.issuer), { client_id: 'web' });
      assert.equal(silent['error'], 'login_required');
      const hint = await elsewhere.get(`/oauth2/logout?id_token_hint=${tokens['id_token']}`);
      assert.equal(hint.status, 400);
    } finally {
      await Promise.all([one.close(), other.close()]);
    }
  });

  it('[43] sends cookies over https alone, to no script, and to no other site’s forms', async () => {
    const first = await get(authorize());
    const uid = first.headers.get('location')?.split('/').at(-1) ?? '';
    const cookie = first.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const second = await get(`/interaction/${uid}`, { cookie });
    assert.equal(second.status, 200);
    const proof = /name="_csrf" value="([^"]+)"/.exec(await second.text())?.[1] ?? '';
    const csrf = second.headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .join('; ');
    const third = await fetch(`${base}/account/register?interaction=${uid}`, {
      method: 'POST',
      redirect: 'manual',
      headers: { cookie: `${cookie}; ${csrf}`, accept: 'text/html' },
      body: new URLSearchParams({ _csrf: proof, email: 'ada@example.com', password: 'correct horse battery staple' }),
    });
    assert.equal(third.status, 303);
    const cookies = { ...attributesOf(first.headers), ...attributesOf(second.headers), ...attributesOf(third.headers) };
    const names = Object.keys(cookies).filter((name) => !name.endsWith('.sig'));
    assert.deepEqual(names.toSorted(), [
      '__Host-gatehouse_csrf',
      'gatehouse_address',
      'gatehouse_application',
      'gatehouse_interaction',
      'gatehouse_registered',
      'gatehouse_resume',
    ]);
    for (const [name, attributes] of Object.entries(cookies)) {
      for (const must of ['secure', 'httponly', 'samesite=lax'])
        assert.ok(attributes.includes(must), `${name}: ${must}`);
      assert.ok(!attributes.some((each) => each.startsWith('domain=')), name);
    }
    assert.ok(cookies['__Host-gatehouse_csrf']?.includes('path=/'));
    for (const name of ['gatehouse_interaction', 'gatehouse_registered']) {
      assert.ok(cookies[name]?.includes(`path=/interaction/${uid.toLowerCase()}`), name);
    }
  });

  it('[25] [43] tells browsers to stay with https, and stands at its own name whatever it is called', async () => {
    const answer = await get(authorize(), { host: 'evil.example', 'x-forwarded-host': 'evil.example' });
    assert.match(answer.headers.get('strict-transport-security') ?? '', /max-age=31536000/);
    assert.match(answer.headers.get('location') ?? '', /^\/interaction\/[\w-]+$/);
    const discovery = await get('/.well-known/openid-configuration', { 'x-forwarded-host': 'evil.example' });
    const document = await discovery.text();
    assert.ok(document.includes(PRODUCTION.ISSUER) && !document.includes('evil'));
  });

  it('[43] does not say what it is made of', async () => {
    for (const path of ['/', '/account/register', '/.well-known/openid-configuration', '/oauth2/token']) {
      const { headers } = await get(path);
      assert.deepEqual([headers.get('x-powered-by'), headers.get('server')], [null, null], path);
    }
  });

  it('[43] grants nothing by default: a client that says little gets code, PKCE, consent and no refresh token', async () => {
    const yaml = "clients: [{client_id: plain, redirect_uris: ['https://app.example/callback']}]";
    const plain = await startServer({ yaml });
    try {
      const party = new RelyingParty(plain.issuer);
      const agent = new UserAgent(plain.issuer);
      const noPkce = { client_id: 'plain', scope: 'openid', code_challenge: undefined };
      assert.match((await agent.get(party.authorizeUrl(noPkce))).location ?? '', /error=invalid_request/);
      const machine = await party.token({ grant_type: 'client_credentials' }, { id: 'plain' });
      assert.equal(machine.status, 400);
      const { tokens } = await obtainTokens(party, {
        client_id: 'plain',
        scope: 'openid offline_access',
        prompt: 'consent',
      }).catch(() => ({ tokens: {} as Record<string, string> }));
      assert.equal(tokens['refresh_token'], undefined);
      const fresh = new UserAgent(plain.issuer);
      await signIn(fresh, party, { client_id: 'plain', scope: 'openid' }, await newPerson(plain.issuer));
    } finally {
      await plain.close();
    }
  });
});
