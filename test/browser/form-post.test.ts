import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { newEmail, PASSWORD, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { Visitor } from '../support/visitor.ts';

/** Pages of the engine's own, that send their form by themselves: our content security policy must let them. */
describe('forms that send themselves', () => {
  let server: TestServer;
  let browser: Browser;
  let application: Awaited<ReturnType<typeof startApplication>>;
  let visitor: Visitor;

  before(async function () {
    this.timeout(installTimeout);
    application = await startApplication();
    server = await startServer({ yaml: declarationFor(application.origin) });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    application?.server.close();
  });

  const authorize = (parameters: Record<string, string> = {}) => {
    const request = { client_id: 'web', redirect_uri: `${application.origin}/callback`, ...parameters };
    return visitor.page.goto(new RelyingParty(server.issuer).authorizeUrl(request));
  };
  const fillIn = (email: string) => visitor.fill({ 'E-mail address': email, Password: PASSWORD });

  async function register(email = newEmail()): Promise<void> {
    await visitor.follow('Create an account');
    await fillIn(email);
    await visitor.press('Create account');
    await visitor.sees(/^Share your details/);
  }

  for (const javaScriptEnabled of [true, false]) {
    /** Without scripts, the page has a button instead. */
    const goOn = async () => {
      if (!javaScriptEnabled) await visitor.press('Continue');
    };

    describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      beforeEach(async () => {
        visitor = await Visitor.of(browser, { javaScriptEnabled });
      });
      afterEach(() => visitor.leave());

      it('brings the code to the application (response_mode=form_post)', async () => {
        await authorize({ response_mode: 'form_post' });
        await register();
        await visitor.press('Allow');
        await goOn();
        await visitor.sees('POST /callback');
        const answer = application.last();
        assert.deepEqual([answer.get('state'), answer.get('iss')], ['a-state', server.issuer]);
        assert.ok(answer.get('code'));
      });

      it('brings an error to the application, too', async () => {
        await authorize({ response_mode: 'form_post' });
        await visitor.press('Back to Web shop');
        await goOn();
        await visitor.sees('POST /callback');
        assert.equal(application.last().get('error'), 'access_denied');
      });

      it('signs out somebody who isn’t signed in, without asking', async () => {
        await visitor.page.goto(`${server.issuer}/oauth2/logout`);
        await goOn();
        await visitor.sees('You’re signed out');
      });

      it('asks somebody who is signed in, and takes both answers', async () => {
        const email = newEmail();
        await authorize();
        await register(email);
        await visitor.page.goto(`${server.issuer}/oauth2/logout?client_id=web`);
        await visitor.press('Stay signed in');
        await visitor.sees('You’re still signed in', email);
        await visitor.page.goto(`${server.issuer}/oauth2/logout?client_id=web`);
        await visitor.press('Sign out');
        await visitor.sees('You’re signed out');
        await authorize();
        await visitor.sees('Sign in');
      });

      it('goes on as somebody else, where the password proves it', async () => {
        const other = newEmail();
        await visitor.page.goto(`${server.issuer}/account/register`);
        await fillIn(other);
        await visitor.press('Create account');
        await visitor.sees('Your account is ready');
        const first = newEmail();
        await authorize();
        await register(first);
        await authorize({ prompt: 'login' });
        await visitor.sees('Please confirm it’s you');
        assert.equal(await visitor.page.getByLabel('E-mail address').inputValue(), first);
        await fillIn(other);
        await visitor.press('Sign in');
        await goOn();
        await visitor.sees(/^Share your details/, other);
      });
    });
  }
});

const declarationFor = (origin: string) => `
require_verified_email: false
clients:
  - client_id: web
    client_name: Web shop
    redirect_uris: ['${origin}/callback']
    token_endpoint_auth_method: none
    scope: openid profile email
`;

/** An application on another origin, that says how it was called. */
async function startApplication(): Promise<{ origin: string; server: Server; last(): URLSearchParams }> {
  let last = new URLSearchParams();
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    if (request.method === 'POST') last = new URLSearchParams(Buffer.concat(chunks).toString());
    response.setHeader('content-type', 'text/html');
    response.end(`<link rel="icon" href="data:,"><h1>${request.method} ${request.url?.split('?')[0]}</h1>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, server, last: () => last };
}
