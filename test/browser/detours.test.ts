import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { allowDemo, credentials, registerAtDemo, typeCode } from '../support/demo.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { Visitor } from '../support/visitor.ts';

describe('the demo in a browser, off the straight path', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;

  before(async function () {
    this.timeout(installTimeout);
    server = await startServer({ demo: true, jobs: true });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });
  beforeEach(async () => {
    visitor = await Visitor.of(browser);
  });
  afterEach(() => visitor.leave());

  const home = async (path = '/demo') => void (await visitor.page.goto(server.issuer + path));

  describe('for people who go their own way', () => {
    it('goes back to the application of somebody who says no', async () => {
      await home();
      await visitor.follow('Sign in with Gatehouse');
      await visitor.press('Back to Demo');
      await visitor.sees('Welcome to the demo', 'nothing was shared');
      assert.equal(visitor.page.url(), `${server.issuer}/demo`);
      await registerAtDemo(visitor, server.issuer);
      await visitor.press('Deny');
      await visitor.sees('Welcome to the demo', 'nothing was shared');
      assert.equal(visitor.page.url(), `${server.issuer}/demo`);
    });

    it('goes on after a reload of any page', async () => {
      const { page } = visitor;
      await home();
      await page.reload();
      await visitor.follow('Sign in with Gatehouse');
      await visitor.sees('Sign in');
      await page.reload();
      await visitor.follow('Create an account');
      await visitor.sees('Create an account');
      await page.reload();
      const address = newEmail();
      await visitor.fill({ 'E-mail address': address, Password: 'too short' });
      await visitor.press('Create account');
      await visitor.sees('Create an account', 'Use at least 15 characters.');
      await page.reload();
      await visitor.fill({ Password: PASSWORD });
      await visitor.press('Create account');
      await visitor.sees('Check your mail', address);
      await page.reload();
      await typeCode(visitor, server.issuer, address);
      await visitor.sees('Share your details with Demo?');
      await page.reload();
      await allowDemo(visitor);
      await page.reload();
      await visitor.press('Call the API');
      await visitor.sees('You’re signed in to Demo', 'The API answered 200');
      await page.reload();
      await visitor.press('Sign out');
      await visitor.sees('Sign out?');
      await page.reload();
      await visitor.press('Sign out');
      await visitor.sees('Welcome to the demo');
    });

    it('goes on after the back button', async () => {
      const { page } = visitor;
      await home();
      await visitor.follow('Sign in with Gatehouse');
      await visitor.follow('Create an account');
      await page.goBack();
      await visitor.sees('Sign in');
      await page.goBack();
      await visitor.sees('Welcome to the demo');
      await registerAtDemo(visitor, server.issuer);
      await page.goBack();
      await visitor.sees('Check your mail');
      await page.goBack();
      await visitor.sees('Create an account');
      await page.goForward();
      await page.goForward();
      await visitor.sees('Share your details with Demo?');
      for (const _ of ['the code', 'the account', 'the sign-in']) await page.goBack();
      await visitor.sees('Please sign in again');
      await visitor.follow('Back to Demo');
      await visitor.follow('Sign in with Gatehouse');
      await visitor.sees('Share your details with Demo?');
      await allowDemo(visitor);
      await page.goBack();
      await visitor.sees('Please sign in again');
      await visitor.follow('Back to Demo');
      await visitor.sees('You’re signed in to Demo');
    });

    it('takes a registration that was sent again from the history', async () => {
      await registerAtDemo(visitor, server.issuer);
      for (const heading of ['Check your mail', 'Create an account']) {
        await visitor.page.goBack();
        await visitor.sees(heading);
      }
      const address = newEmail();
      await visitor.fill(credentials(address));
      await visitor.press('Create account');
      await typeCode(visitor, server.issuer, address);
      await visitor.sees('Your address is confirmed');
      await visitor.follow('Back to Demo');
      await visitor.sees('Welcome to the demo');
    });

    it('finishes the older of two sign-ins that are open', async () => {
      await home('/demo/start');
      const older = visitor.page.url();
      await home('/demo/start');
      await visitor.page.goto(older);
      await visitor.follow('Create an account');
      const address = newEmail();
      await visitor.fill(credentials(address));
      await visitor.press('Create account');
      await typeCode(visitor, server.issuer, address);
      await allowDemo(visitor);
    });

    it('takes two presses of a button for one', async () => {
      await registerAtDemo(visitor, server.issuer);
      await visitor.page.getByRole('button', { name: 'Allow' }).dblclick();
      await visitor.sees('You’re signed in to Demo');
      await visitor.page.getByRole('button', { name: 'Refresh the tokens' }).dblclick();
      await visitor.sees('You’re signed in to Demo', 'The tokens were refreshed.');
    });

    it('starts again after a callback that nobody waits for', async () => {
      await home('/demo/callback?code=a-code&state=a-state');
      await visitor.sees('Welcome to the demo', 'That sign-in is over.');
    });

    it('says that a sign-in was ended in the other application', async () => {
      await registerAtDemo(visitor, server.issuer);
      await allowDemo(visitor);
      await home('/demo/second/start');
      await visitor.press('Allow');
      await visitor.sees('You’re signed in to Second demo');
      await visitor.press('Sign out');
      await visitor.sees('Sign out?');
      await visitor.press('Sign out');
      await home();
      await visitor.press('Refresh the tokens');
      await visitor.sees('Welcome to the demo', 'Your sign-in has ended');
    });
  });

  describe('at a sign-in that is over', () => {
    it('shows the way back, after it expired', async () => {
      await home('/demo/start');
      const url = visitor.page.url();
      await server.db('oidc_artifacts').where({ model: 'Interaction' }).delete();
      await visitor.page.goto(url);
      await backToDemo();
    });

    it('shows the way back to somebody who was sent it from another browser', async () => {
      const sender = await Visitor.of(browser);
      await sender.page.goto(`${server.issuer}/demo/start`);
      await visitor.page.goto(sender.page.url());
      await backToDemo();
      await sender.leave();
    });

    it('shows the way back to somebody who sends its form', async () => {
      await home('/demo/start');
      await server.db('oidc_artifacts').where({ model: 'Interaction' }).delete();
      await visitor.fill(credentials('ada@example.com'));
      await visitor.press('Sign in');
      await backToDemo();
    });

    async function backToDemo(): Promise<void> {
      await visitor.sees('Please sign in again');
      await visitor.follow('Back to Demo');
      await visitor.follow('Sign in with Gatehouse');
      await visitor.sees('Sign in');
    }
  });
});
