import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { credentials, registerAtDemo, signOutOfDemo } from '../support/demo.ts';
import { PASSWORD } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { Visitor } from '../support/visitor.ts';

describe('the demo in a browser', () => {
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
  afterEach(() => visitor.leave());

  async function callTheApi(): Promise<void> {
    await visitor.press('Call the API');
    await visitor.sees('You’re signed in to Demo', 'The API answered 200');
    const answer = JSON.parse(await visitor.page.locator('pre').innerText());
    assert.equal(answer.me, await visitor.page.locator('dt:text-is("sub") + dd').innerText());
  }

  async function signInAtSecondTry(address: string): Promise<void> {
    await visitor.fill(credentials(address, 'not the right password'));
    await visitor.press('Sign in');
    await visitor.sees('Sign in', 'That e-mail address and password don’t match.');
    assert.equal(await visitor.page.getByLabel('E-mail address').inputValue(), address);
    assert.equal(await visitor.page.getByLabel('Password').inputValue(), '');
    await visitor.fill({ Password: PASSWORD });
    await visitor.page.keyboard.press('Enter');
    await visitor.sees(/signed in to Demo|Share your details with Demo/);
  }

  for (const javaScriptEnabled of [true, false]) {
    it(`goes all the way and back in by password, ${javaScriptEnabled ? 'with' : 'without'} JavaScript`, async () => {
      visitor = await Visitor.of(browser, { javaScriptEnabled });
      const address = await registerAtDemo(visitor, server.issuer);
      await visitor.sees('Share your details with Demo?', address);
      await visitor.press('Allow');
      await visitor.sees('You’re signed in to Demo', 'Ada Lovelace');
      await visitor.sees('You’re signed in to Demo', address);
      await callTheApi();
      await visitor.press('Refresh the tokens');
      await visitor.sees('You’re signed in to Demo', 'The tokens were refreshed.');
      await visitor.follow('Open the second application');
      await visitor.follow('Sign in with Gatehouse');
      await visitor.sees('Share your details with Second demo?', address);
      await visitor.press('Allow');
      await visitor.sees('You’re signed in to Second demo', address);
      await visitor.follow('Open the first application');
      await signOutOfDemo(visitor);
      await visitor.follow('Sign in with Gatehouse');
      await visitor.sees('Sign in');
      await signInAtSecondTry(address);
    });
  }
});
