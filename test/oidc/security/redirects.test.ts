import assert from 'node:assert/strict';
import { CALLBACK } from '../../support/declaration.ts';
import { answerOf, newPerson, signIn } from '../../support/people.ts';
import { RecordingAgent } from '../../support/recording-agent.ts';
import { redirectVariants } from '../../support/redirect-variants.ts';
import { obtainCode, obtainTokens, RelyingParty, registerAt, secretOf } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const NATIVE = `
clients:
  - client_id: native
    application_type: native
    token_endpoint_auth_method: none
    redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]:8080/cb', 'com.example.app:/cb']
    scope: openid
  - client_id: local
    token_endpoint_auth_method: none
    redirect_uris: ['http://127.0.0.1:4000/cb']
    scope: openid
`;

/** An error page of ours, which leads nowhere. */
function expectErrorPage(page: Page, label: string): void {
  assert.equal(page.location, undefined, `${label}: redirected to ${page.location}`);
  assert.equal(page.status, 400, `${label}: ${page.status}`);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/, label);
  assert.doesNotMatch(page.text, /http-equiv="?refresh|<form|<script|evil/i, label);
  const links = [...page.text.matchAll(/<a [^>]*href="([^"]*)"/g)].map(([, href]) => href);
  assert.deepEqual(links, [], label);
}

/** The authorization response, in whichever mode it came. */
function allAnswers(page: Page): Record<string, string> {
  const fields = [...page.text.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
    name,
    value,
  ]);
  return { ...answerOf(page), ...Object.fromEntries(fields) };
}

describe('redirects', () => {
  let server: TestServer;
  let native: TestServer;
  let party: RelyingParty;
  before(async () => {
    [server, native] = await Promise.all([startServer(), startServer({ yaml: NATIVE })]);
    party = new RelyingParty(server.issuer);
  });
  after(() => Promise.all([server.close(), native.close()]));

  // What else is wrong with the request must not open a way: errors are sent to the redirect_uri, too.
  const elsewhere = [{}, { prompt: 'none' }, { response_type: 'nonsense' }, { scope: 'nonsense' }, { request: 'x' }];

  for (const [label, uri] of Object.entries(redirectVariants(CALLBACK))) {
    it(`[1] rejects a redirect_uri with ${label}`, async () => {
      const agent = new UserAgent(server.issuer);
      for (const more of elsewhere) {
        const request = { client_id: 'web', redirect_uri: uri, ...more };
        expectErrorPage(await agent.get(party.authorizeUrl(request)), JSON.stringify(request));
      }
    });
  }

  it('[1] rejects every one of them in a pushed request', async () => {
    const client = { id: 'confidential', secret: secretOf('confidential') };
    for (const [label, uri] of Object.entries(redirectVariants(CALLBACK))) {
      const { searchParams } = new URL(party.authorizeUrl({ client_id: 'confidential', redirect_uri: uri }));
      const pushed = await party.post('/oauth2/par', Object.fromEntries(searchParams), client);
      assert.equal(pushed.status, 400, label);
      assert.equal(pushed.body.request_uri, undefined, label);
    }
  });

  it('[1] rejects every one of them at the exchange of a code, which stays good for the right one', async () => {
    const { code } = await obtainCode(party, { client_id: 'web' });
    for (const [label, uri] of Object.entries(redirectVariants(CALLBACK))) {
      const { status, body } = await party.exchange(code, { id: 'web' }, { redirect_uri: uri });
      assert.deepEqual([status, body.error], [400, 'invalid_grant'], label);
    }
    assert.equal((await party.exchange(code, { id: 'web' })).status, 200);
  });

  it('[1] rejects two redirect_uris, a list of one, none and an empty one', async () => {
    const agent = new UserAgent(server.issuer);
    const without = party.authorizeUrl({ client_id: 'web', redirect_uri: undefined });
    const good = encodeURIComponent(CALLBACK);
    for (const query of [
      `&redirect_uri=${good}&redirect_uri=${good}`,
      `&redirect_uri=${good}&redirect_uri=https%3A%2F%2Fevil.example`,
      `&redirect_uri[]=${good}`,
      `&redirect_uri[0]=${good}`,
      '&redirect_uri=',
      '',
    ]) {
      expectErrorPage(await agent.get(without + query), query);
    }
  });

  it('[1] lets a native application’s loopback redirect have any port, and nothing else of another kind', async () => {
    const { issuer } = native;
    const at = async (client_id: string, redirect_uri: string) => {
      const url = new RelyingParty(issuer).authorizeUrl({ client_id, redirect_uri, scope: 'openid' });
      return new UserAgent(issuer).get(url);
    };
    const fine = ['http://127.0.0.1/cb', 'http://127.0.0.1:51004/cb', 'http://[::1]:9/cb', 'com.example.app:/cb'];
    for (const uri of fine) {
      assert.match((await at('native', uri)).location ?? '', new RegExp(`^${issuer}/interaction/`), uri);
    }
    for (const uri of [
      'https://127.0.0.1:51004/cb',
      'http://127.0.0.1:51004/cb/',
      'http://127.0.0.1:51004/CB',
      'http://127.0.0.1:51004//cb',
      'http://127.0.0.1:51004/x/../cb',
      'http://127.0.0.1:51004/cb?x=1',
      'http://127.0.0.1:51004/cb#x',
      'http://127.0.0.1:51004/',
      'http://localhost:51004/cb',
      'http://127.0.0.2:51004/cb',
      'http://127.1:51004/cb',
      'http://2130706433:51004/cb',
      'http://0x7f000001:51004/cb',
      'http://[::ffff:127.0.0.1]:51004/cb',
      'http://[0:0:0:0:0:0:0:1]:51004/cb',
      'http://user@127.0.0.1:51004/cb',
      'http://127.0.0.1:51004@evil.example/cb',
      'http://127.0.0.1:@evil.example/cb',
      'http://127.0.0.1\\:51004/cb',
      'http://127.0.0.1:51004\\@evil.example/cb',
      'http://127.0.0.1:x/cb',
      'http://127.0.0.1:99999/cb',
      'http://127.0.0.1:51004:1/cb',
      'http://127.0.0.1.evil.example:51004/cb',
      'com.example.app:/cb/evil',
      'com.example.app://cb',
      'com.example.APP:/cb',
      'com.example.app.evil:/cb',
    ]) {
      expectErrorPage(await at('native', uri), uri);
    }
    assert.match((await at('local', 'http://127.0.0.1:4000/cb')).location ?? '', /\/interaction\//);
    expectErrorPage(await at('local', 'http://127.0.0.1:4001/cb'), 'a web application on loopback');
  });

  it('[1] binds a native application’s code to the port it was asked with', async () => {
    const natives = new RelyingParty(native.issuer);
    const request = { client_id: 'native', redirect_uri: 'http://127.0.0.1:51004/cb', scope: 'openid' };
    const { code } = await obtainCode(natives, request);
    const other = await natives.exchange(code, { id: 'native' }, { redirect_uri: 'http://127.0.0.1:51005/cb' });
    assert.deepEqual([other.status, other.body.error], [400, 'invalid_grant']);
  });

  it('[2] shows an error page for an unknown client, and redirects nowhere', async () => {
    const agent = new UserAgent(server.issuer);
    for (const client_id of ['nobody', 'WEB', 'web ', 'web\0', ' ', '__proto__', "web'--", undefined]) {
      for (const redirect_uri of [CALLBACK, 'https://evil.example/', undefined]) {
        const request = { client_id: client_id as string, redirect_uri };
        expectErrorPage(await agent.get(party.authorizeUrl(request)), JSON.stringify(request));
      }
    }
  });

  it('[2] shows an error page for an unregistered redirect_uri also to somebody who is signed in', async () => {
    const { agent } = await obtainTokens(party, { client_id: 'web' });
    for (const more of elsewhere) {
      const request = { client_id: 'web', redirect_uri: 'https://evil.example/callback', ...more };
      expectErrorPage(await agent.get(party.authorizeUrl(request)), JSON.stringify(more));
    }
    const otherClients = { client_id: 'web', redirect_uri: 'https://other.example/callback' };
    expectErrorPage(await agent.get(party.authorizeUrl(otherClients)), 'another client’s');
  });

  const evil = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    'https:evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    'JavaScript:alert(1)',
    'java\nscript:alert(1)',
    'data:text/html,evil',
    'vbscript:evil',
  ];

  for (const address of evil) {
    it(`[3] goes to ${JSON.stringify(address)} from no parameter that names a way back`, async () => {
      const agent = new UserAgent(server.issuer);
      const encoded = encodeURIComponent(address);
      expectErrorPage(await agent.get(party.authorizeUrl({ client_id: 'web', redirect_uri: address })), 'redirect_uri');
      const names = ['return_to', 'returnTo', 'next', 'redirect', 'continue', 'url', 'rd', 'post_logout_redirect_uri'];
      const everywhere = names.map((name) => `${name}=${encoded}`).join('&');
      const signIn = await agent.open(`${party.authorizeUrl({ client_id: 'web' })}&${everywhere}`);
      const register = await agent.open(`/account/register?interaction=${encoded}&${everywhere}`);
      for (const page of [signIn, register]) {
        assert.equal(page.status, 200);
        assert.ok(!page.text.includes('evil'), page.text);
        assert.doesNotMatch(page.text, /javascript:/i);
      }
      const back = await registerAt(agent, signIn);
      assert.ok(back.url.startsWith(`${server.issuer}/interaction/`), back.url);
    });

    it(`[3] goes to ${JSON.stringify(address)} from no sign-out`, async () => {
      const { agent, tokens } = await obtainTokens(party, { client_id: 'web' });
      const out = (query: Record<string, string>) =>
        agent.get(`/oauth2/logout?${new URLSearchParams({ post_logout_redirect_uri: address, ...query })}`);
      expectErrorPage(await out({ client_id: 'web' }), 'with client_id');
      expectErrorPage(await out({ id_token_hint: tokens['id_token'] ?? '' }), 'with a hint');
      const asked = await out({});
      assert.ok(!asked.text.includes('evil'));
      const done = await agent.post(/action="([^"]+)"/.exec(asked.text)?.[1] ?? '', {
        xsrf: /name="xsrf" value="([^"]+)"/.exec(asked.text)?.[1] ?? '',
        logout: 'yes',
      });
      assert.equal(done.location, `${server.issuer}/oauth2/logout/success`);
      const success = await agent.get(`/oauth2/logout/success?post_logout_redirect_uri=${encodeURIComponent(address)}`);
      assert.ok(!success.text.includes('evil'));
    });
  }

  it('[3] answers a path that looks like another host with a page of its own', async () => {
    for (const path of ['//evil.example/', '/\\evil.example/', '//evil.example/%2e%2e', '/interaction//evil.example']) {
      const answer = await fetch(server.issuer + path, { redirect: 'manual', headers: { accept: 'text/html' } });
      assert.deepEqual([answer.status, answer.headers.get('location')], [404, null], path);
    }
  });

  it('[16] answers what carries a password or a decision with 303, and nothing at all with 307 or 308', async () => {
    const agent = new RecordingAgent(server.issuer);
    const { tokens } = await obtainTokens(party, { client_id: 'web' }, agent);
    const person = await newPerson(server.issuer);
    const signedIn = await signIn(agent, party, { client_id: 'web', prompt: 'login' }, person);
    assert.ok(answerOf(signedIn)['code']);
    const denied = await agent.open(party.authorizeUrl({ client_id: 'web', prompt: 'consent' }));
    assert.equal(answerOf(await agent.submit(denied, { decision: 'deny' }))['error'], 'access_denied');
    const cancelled = await agent.open(party.authorizeUrl({ client_id: 'web', prompt: 'login' }));
    assert.equal(answerOf(await agent.submit(cancelled, { cancel: 'yes' }))['error'], 'access_denied');
    const out = await agent.open(`/oauth2/logout?id_token_hint=${tokens['id_token']}`);
    await agent.submit(out, { logout: 'yes' });

    const redirects = agent.pages.filter(({ location }) => location !== undefined);
    const posted = redirects.filter(({ method }) => method === 'POST');
    assert.deepEqual([...new Set(posted.map(({ status }) => status))], [303]);
    assert.ok(posted.length >= 8, `${posted.length} forms were answered with a redirect`);
    assert.deepEqual([...new Set(redirects.map(({ status }) => status))], [303]);
  });

  it('[16] names itself in every authorization response: of success, of an error, in every mode', async () => {
    const { agent } = await obtainTokens(party, { client_id: 'web' });
    for (const response_mode of ['query', 'fragment', 'form_post']) {
      const request = { client_id: 'web', response_mode };
      const success = allAnswers(await agent.open(party.authorizeUrl(request)));
      assert.ok(success['code'], response_mode);
      assert.deepEqual([success['iss'], success['state']], [server.issuer, 'a-state'], response_mode);
      const stranger = new UserAgent(server.issuer);
      const error = allAnswers(await stranger.open(party.authorizeUrl({ ...request, prompt: 'none' })));
      assert.equal(error['error'], 'login_required', response_mode);
      assert.deepEqual([error['iss'], error['state']], [server.issuer, 'a-state'], response_mode);
    }
    const discovery = await fetch(`${server.issuer}/.well-known/openid-configuration`);
    assert.equal(
      ((await discovery.json()) as Record<string, unknown>)['authorization_response_iss_parameter_supported'],
      true,
    );
  });
});
