import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { newestMail, registerAtDemo } from '../support/demo.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { TestClock } from '../support/test-clock.ts';
import { Visitor } from '../support/visitor.ts';

describe('the account page, in a browser without JavaScript', () => {
  let server: TestServer;
  let browser: Browser;
  let clock: TestClock;

  before(async function () {
    this.timeout(installTimeout);
    clock = new TestClock();
    server = await startServer({ demo: true, jobs: true, clock });
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  it('changes the address and the password, takes access back, deletes the account and keeps it after all', async () => {
    const visitor = await Visitor.of(browser, { javaScriptEnabled: false });
    const { page } = visitor;
    const email = await registerAtDemo(visitor, server.issuer);
    await visitor.follow('your account');
    await visitor.sees('Applications with access', 'given no application access');
    await page.goBack();
    await visitor.press('Allow');
    await page.goto(`${server.issuer}/account`);

    await page.getByRole('link', { name: email }).click();
    const wanted = newEmail();
    await visitor.fill({ 'New e-mail address': wanted });
    await visitor.press('Send the link');
    await visitor.sees('Check your mail', wanted);
    await page.goto((await newestMail(server.issuer, wanted, 'Confirm your new address')).links[0]);
    await visitor.press('Use this address');
    await visitor.sees('Your address is changed', wanted);
    await visitor.follow('Go to your account');

    clock.advance(6 * 60);
    await page.getByRole('link', { name: /^Password/ }).click();
    await visitor.sees('Please confirm it’s you');
    await visitor.fill({ Password: PASSWORD });
    await visitor.press('Sign in');
    await visitor.sees('Change your password');
    const password = 'another battery, staple and horse';
    await visitor.fill({ 'New password': password });
    await visitor.press('Change the password');
    await visitor.sees('Your account', 'Your password was changed');

    await page.getByRole('link', { name: /^Applications with access/ }).click();
    await visitor.press('Take it back – Demo');
    await visitor.sees('Applications with access', 'It has no access any more.');
    await visitor.follow('Back to your account');

    await page.getByRole('link', { name: /^This account/ }).click();
    await visitor.fill({ 'Your e-mail address, to confirm': wanted });
    await visitor.press('Delete my account');
    await visitor.sees('Your account will be deleted');
    await page.goto(`${server.issuer}/demo/start`);
    await visitor.fill({ 'E-mail address': wanted, Password: password });
    await visitor.press('Sign in');
    await visitor.sees('Keep your account?', wanted);
    await visitor.press('Keep my account');
    await visitor.sees('Share your details with Demo?', wanted);
    await visitor.press('Allow');
    await visitor.sees('You’re signed in to Demo', wanted);
    await visitor.leave();
  });

  it('downloads what is held', async () => {
    const visitor = await Visitor.of(browser, { javaScriptEnabled: false, acceptDownloads: true });
    await registerAtDemo(visitor, server.issuer);
    await visitor.page.goto(`${server.issuer}/account`);
    await visitor.page.getByRole('link', { name: /^A copy of your data/ }).click();
    await visitor.sees('Download your data');
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), visitor.press('Download')]);
    if (!/^gatehouse-.*\.json$/.test(download.suggestedFilename())) throw new Error(download.suggestedFilename());
    await visitor.leave();
  });
});
