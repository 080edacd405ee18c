import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { newPerson, signInAt } from '../../support/people.ts';
import { RecordingAgent } from '../../support/recording-agent.ts';
import { consentAt, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

type Directives = Readonly<Record<string, readonly string[]>>;

function policyOf({ headers }: Pick<Page, 'headers'>): Directives {
  const policy = headers.get('content-security-policy') ?? '';
  const directives = policy.split(';').map((directive) => directive.trim().split(/\s+/));
  return Object.fromEntries(directives.map(([name = '', ...values]) => [name, values]));
}

/** Every page there is, by what is on it. */
async function everyPage(server: TestServer): Promise<Record<string, Page>> {
  const party = new RelyingParty(server.issuer);
  const agent = new UserAgent(server.issuer);
  const person = await newPerson(server.issuer);
  const url = party.authorizeUrl({ client_id: 'web' });
  const signIn = await agent.open(url);
  const register = await agent.open('/account/register');
  const consent = await signInAt(agent, signIn, person);
  const cancelled = await signInAt(agent, await agent.open(party.authorizeUrl({ client_id: 'web', prompt: 'login' })), {
    ...(await newPerson(server.issuer)),
  });
  const { agent: signedIn } = await obtainTokens(party, { client_id: 'web' });
  const form = await signedIn.open(party.authorizeUrl({ client_id: 'web', response_mode: 'form_post' }));
  const signOut = await signedIn.open('/oauth2/logout?client_id=web');
  return {
    'sign in': signIn,
    'sign in, wrong password': await signInAt(agent, await agent.open(url), { ...person, password: 'wrong' }),
    'sign in again': await signedIn.open(party.authorizeUrl({ client_id: 'web', prompt: 'login' })),
    register: register,
    'register, with faults': await agent.submit(register, { email: 'no address', password: 'short' }),
    registered: await agent.submit(register, { email: `x${person.email}`, password: person.password }),
    consent,
    'another person’s sign-in': cancelled,
    'a refused request': await agent.open(party.authorizeUrl({ client_id: 'nobody' })),
    lost: await new UserAgent(server.issuer).open(signIn.url),
    'lost at the end': await new UserAgent(server.issuer).open(`/oauth2/authorize/${signIn.url.split('/').at(-1)}`),
    'not found': await agent.open('/nowhere'),
    form_post: form,
    'sign out': signOut,
    'sign out, not signed in': await new UserAgent(server.issuer).open('/oauth2/logout'),
    'sign out, refused': await agent.open('/oauth2/logout?id_token_hint=nonsense'),
    'signed out': await signedIn.submit(signOut, { logout: 'yes' }),
  };
}

describe('hosted pages', () => {
  let server: TestServer;
  let pages: [string, Page][];
  before(async () => {
    server = await startServer();
    pages = Object.entries(await everyPage(server));
    for (const [name, page] of pages) assert.match(page.headers.get('content-type') ?? '', /^text\/html/, name);
  });
  after(() => server.close());

  it('[17] are framed by nobody', () => {
    for (const [name, page] of pages) {
      assert.deepEqual(policyOf(page)['frame-ancestors'], ["'none'"], name);
      assert.equal(page.headers.get('x-frame-options')?.toUpperCase(), 'DENY', name);
    }
  });

  it('[17] run no script and no style but with this answer’s nonce or hash, and load nothing from elsewhere', () => {
    for (const [name, page] of pages) {
      const policy = policyOf(page);
      assert.deepEqual(policy['default-src'], ["'none'"], name);
      assert.deepEqual(policy['base-uri'], ["'none'"], name);
      const everything = Object.values(policy).flat().join(' ');
      assert.doesNotMatch(everything, /unsafe|strict-dynamic|\*|http:/, name);
      assert.match(policy['script-src']?.[0] ?? '', /^'nonce-[\w-]{16,}'$/, name);
      assert.deepEqual(policy['style-src']?.slice(0, 1), ["'self'"], name);
      assert.equal(policy['script-src']?.[0], policy['style-src']?.[1], name);
    }
  });

  it('[17] have no script, style or handler in them that their own policy would stop', () => {
    for (const [name, page] of pages) {
      const allowed = (policyOf(page)['script-src'] ?? []).join(' ');
      for (const [, attributes = '', body = ''] of page.text.matchAll(/<(?:script|style)([^>]*)>([\s\S]*?)<\//g)) {
        const nonce = /nonce="([^"]+)"/.exec(attributes)?.[1];
        const hash = `'sha256-${createHash('sha256').update(body).digest('base64')}'`;
        assert.ok(nonce ? allowed.includes(`'nonce-${nonce}'`) : allowed.includes(hash), `${name}: ${body}`);
      }
      assert.doesNotMatch(page.text, /<[^>]+\s(style|on[a-z]+)=/i, name);
    }
  });

  it('[17] have a nonce that never comes twice', () => {
    const nonces = pages.map(([, page]) => policyOf(page)['script-src']?.[0]);
    assert.equal(new Set(nonces).size, pages.length);
  });

  it('[17] are not kept, not guessed at, and no referrer', () => {
    for (const [name, { headers }] of pages) {
      assert.match(headers.get('cache-control') ?? '', /no-store/, name);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', name);
      assert.equal(headers.get('x-content-type-options'), 'nosniff', name);
    }
  });

  it('[17] are reached and left by redirects that are not kept either, and no referrer', async () => {
    const agent = new RecordingAgent(server.issuer);
    const party = new RelyingParty(server.issuer);
    await obtainTokens(party, { client_id: 'web' }, agent);
    const redirects = agent.pages.filter(({ location }) => location !== undefined);
    assert.ok(redirects.length >= 6);
    for (const { url, headers } of redirects) {
      assert.match(headers.get('cache-control') ?? '', /no-store/, url);
      assert.equal(headers.get('referrer-policy'), 'no-referrer', url);
      assert.ok(headers.get('content-security-policy')?.includes("frame-ancestors 'none'"), url);
    }
  });

  it('[17] are not the only ones: no answer with a token in it is kept', async () => {
    const party = new RelyingParty(server.issuer);
    const agent = new UserAgent(server.issuer);
    const back = await consentAt(
      agent,
      await signInAt(agent, await agent.open(party.authorizeUrl({ client_id: 'web' })), await newPerson(server.issuer)),
    );
    const code = URL.parse(back.location ?? '')?.searchParams.get('code') ?? '';
    const answers = [
      await party.exchange(code, { id: 'web' }),
      await party.exchange(code, { id: 'web' }),
      await party.post('/oauth2/introspect', { token: code }, { id: 'web' }),
    ];
    for (const { headers } of answers) assert.match(headers.get('cache-control') ?? '', /no-store/);
  });

  it('[17] show what a stranger put into a request as text', async () => {
    const party = new RelyingParty(server.issuer);
    const evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const agent = new UserAgent(server.issuer);
    const hostile = [
      await agent.open(party.authorizeUrl({ client_id: evil })),
      await agent.open(party.authorizeUrl({ client_id: 'web', redirect_uri: evil })),
      await agent.open(party.authorizeUrl({ client_id: 'web', login_hint: evil })),
      await agent.open(party.authorizeUrl({ client_id: 'web', ui_locales: evil, state: evil, nonce: evil })),
      await agent.open(
        party.authorizeUrl({ client_id: 'web', response_mode: 'form_post', prompt: 'none', state: evil }),
      ),
      await agent.open(`/account/register?interaction=${encodeURIComponent(evil)}`),
      await agent.open(`/oauth2/logout?client_id=${encodeURIComponent(evil)}`),
      await agent.open(`/oauth2/logout?state=${encodeURIComponent(evil)}`),
      await agent.submit(await agent.open('/account/register'), { name: evil, email: evil, password: evil }),
    ];
    for (const page of hostile) {
      assert.doesNotMatch(page.text, /<script>alert|<img src=x/, page.url);
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/, page.url);
    }
  });
});
