import assert from 'node:assert/strict';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { addressOf, hiddenOf } from '../../support/forms.ts';
import { newPerson, type Person, signIn, signInAt } from '../../support/people.ts';
import { consentAt, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const web = { client_id: 'web' };
/** What would be markup in a text, in an attribute, in a script, or in a header. */
const HOSTILE: readonly string[] = [
  '"><script>alert(1)</script>',
  "'><img src=x onerror=alert(1)>",
  '</title></style></textarea><svg onload=alert(1)>',
  'javascript:alert(1)//',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '\u2028</script><script>alert(1)</script>',
  'x\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>',
  '<%= 7 * 7 %>{{7*7}}<!--',
];

/** No element, attribute or header is of the stranger's making, on whatever page comes. */
function expectEscaped(page: Page, what: string): void {
  assert.doesNotMatch(page.text, /<script>alert|<img src=x|<svg onload/i, what);
  assert.doesNotMatch(page.text, /(?:href|action|src)="javascript:/i, what);
  assert.equal(page.headers.get('set-cookie')?.includes('a=b') ?? false, false, what);
  if (page.location) assert.match(page.location, /^https?:\/\/(?:localhost:\d+|app\.example)\//, what);
  else if (/json/.test(page.headers.get('content-type') ?? ''))
    assert.equal(page.headers.get('x-content-type-options'), 'nosniff', what);
  else assert.match(page.headers.get('content-type') ?? '', /^text\/html; charset=utf-8/, what);
}

describe('what strangers send', function () {
  this.timeout(30_000);
  let server: TestServer;
  let party: RelyingParty;
  let person: Person;
  let signedIn: UserAgent;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
    person = await newPerson(server.issuer);
    signedIn = new UserAgent(server.issuer);
    await signIn(signedIn, party, web, person);
  });
  after(() => server.close());

  it('[18] comes back by form_post as it was, and as nothing but a field: with a code, and with an error', async () => {
    for (const state of HOSTILE) {
      const post = { ...web, response_mode: 'form_post', state };
      const answers = {
        code: await signedIn.open(party.authorizeUrl(post)),
        error: await new UserAgent(server.issuer).open(party.authorizeUrl({ ...post, prompt: 'none' })),
        'error of a parameter': await signedIn.open(
          party.authorizeUrl({ ...post, scope: 'openid', code_challenge: state }),
        ),
      };
      for (const [what, page] of Object.entries(answers)) {
        expectEscaped(page, `${what} ${state}`);
        const { state: back, iss, ...rest } = hiddenOf(page);
        assert.deepEqual([back, iss], [state, server.issuer], what);
        assert.ok('code' in rest !== 'error' in rest, what);
        assert.equal(addressOf(page), CALLBACK, what);
      }
    }
  });

  it('[18] is escaped in every parameter of an authorization request, on our page and in the application’s address', async () => {
    const parameters = [
      ...[
        'client_id',
        'redirect_uri',
        'response_type',
        'response_mode',
        'scope',
        'state',
        'nonce',
        'prompt',
        'display',
      ],
      ...['max_age', 'ui_locales', 'claims_locales', 'id_token_hint', 'login_hint', 'acr_values', 'claims', 'resource'],
      ...[
        'request',
        'request_uri',
        'registration',
        'code_challenge',
        'code_challenge_method',
        'error',
        'error_description',
        'x',
      ],
    ];
    const [value = ''] = HOSTILE;
    for (const parameter of parameters) {
      for (const agent of [signedIn, new UserAgent(server.issuer)])
        expectEscaped(await agent.open(party.authorizeUrl({ ...web, [parameter]: value })), parameter);
    }
    for (const hostile of HOSTILE) {
      const everywhere = Object.fromEntries(parameters.map((parameter) => [parameter, hostile]));
      expectEscaped(await signedIn.open(party.authorizeUrl({ ...web, ...everywhere })), hostile);
      expectEscaped(await signedIn.open(party.authorizeUrl({ ...web, login_hint: hostile, prompt: 'login' })), hostile);
    }
  });

  it('[18] is escaped on every page that names it again', async () => {
    for (const hostile of HOSTILE) {
      const encoded = encodeURIComponent(hostile);
      const agent = new UserAgent(server.issuer);
      const paths = [
        ...['client_id', 'id_token_hint', 'post_logout_redirect_uri', 'state', 'logout_hint', 'ui_locales'].map(
          (parameter) => `/oauth2/logout?${parameter}=${encoded}`,
        ),
        ...['register', 'verify-email', 'forgot-password', 'reset-password'].map(
          (page) => `/account/${page}?interaction=${encoded}&token=${encoded}&login_hint=${encoded}`,
        ),
        `/interaction/${encoded}`,
        `/oauth2/authorize/${encoded}`,
        `/${encoded}`,
      ];
      for (const path of paths) expectEscaped(await agent.open(path), path);
      const forms: [path: string, fields: Record<string, string>][] = [
        ['/account/register', { name: hostile, email: hostile, password: hostile }],
        ['/account/forgot-password', { email: hostile }],
        ['/account/reset-password?token=x', { token: hostile, password: hostile }],
        ['/account/verify-email?token=x', { token: hostile, code: hostile }],
      ];
      for (const [path, fields] of forms)
        expectEscaped(await agent.submit(await agent.open(path), fields), `${path} ${hostile}`);
    }
  });

  it('[18] is escaped where the account is named: a name, an address', async () => {
    const name = HOSTILE[0] ?? '';
    await server.db('users').where({ email: person.email }).update({ name });
    const agent = new UserAgent(server.issuer);
    const url = party.authorizeUrl({
      client_id: 'confidential',
      scope: 'openid profile email offline_access',
      prompt: 'login consent',
    });
    const consent = await signInAt(agent, await agent.open(url), person);
    expectEscaped(consent, 'consent');
    expectEscaped(await consentAt(agent, consent), 'the way back');
    expectEscaped(await agent.open('/oauth2/logout'), 'sign out');
  });

  it('[18] is no markup in what programs are told either', async () => {
    for (const hostile of HOSTILE) {
      const client = { id: 'confidential', secret: SECRET };
      const answers = [
        await party.token({ grant_type: hostile, code: hostile, redirect_uri: hostile, scope: hostile }, client),
        await party.token({ grant_type: 'refresh_token', refresh_token: hostile }, { id: hostile, secret: hostile }),
        await party.post('/oauth2/introspect', { token: hostile, token_type_hint: hostile }, client),
        await party.post('/oauth2/revoke', { token: hostile, token_type_hint: hostile }, client),
      ];
      for (const { headers } of answers) {
        assert.doesNotMatch(headers.get('content-type') ?? '', /html/);
        assert.doesNotMatch(headers.get('www-authenticate') ?? '', /<script|[\r\n]/);
      }
    }
  });
});
