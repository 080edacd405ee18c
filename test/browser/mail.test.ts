import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import {
  allowDemo,
  askForAccount,
  credentials,
  mailsTo,
  newestCode,
  newestMail,
  readMailsFrom,
  registerAtDemo,
  typeCode,
} from '../support/demo.ts';
import { type MailServer, startMailServer } from '../support/mail-server.ts';
import { newEmail } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { authorizeUrl, SENT_AGAIN, wrong } from '../support/tour.ts';
import { Visitor } from '../support/visitor.ts';

const NEW_PASSWORD = 'another battery, staple and horse';

/** What people read comes by SMTP, to a real server. */
describe('mails, in a browser', () => {
  let mails: MailServer;
  let server: TestServer;
  let browser: Browser;

  before(async function () {
    this.timeout(installTimeout);
    mails = await startMailServer();
    server = await startServer({ demo: true, jobs: true, env: { SMTP_URL: mails.url } });
    readMailsFrom(server.issuer, mails);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await server?.close();
    await mails?.stop();
  });

  const confirmationLink = async (address: string) =>
    (await newestMail(server.issuer, address, 'Confirm your address')).links[0];

  for (const javaScriptEnabled of [true, false]) {
    describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      let visitor: Visitor;
      const visitors: Visitor[] = [];

      beforeEach(async () => {
        visitor = await another();
      });
      afterEach(async () => {
        for (const one of visitors.splice(0)) await one.leave();
      });

      /** Somebody at a browser of their own. */
      async function another(): Promise<Visitor> {
        const one = await Visitor.of(browser, { javaScriptEnabled });
        visitors.push(one);
        return one;
      }

      /** From the sign-in page that is open to what follows a new password, by the link of a mail. */
      async function setNewPassword(address: string): Promise<string> {
        await visitor.follow('Forgot your password?');
        await visitor.fill({ 'E-mail address': address });
        await visitor.press('Send the link');
        await visitor.sees('Check your mail', address);
        const [link] = (await newestMail(server.issuer, address, 'Set a new password')).links;
        await visitor.page.goto(link);
        await visitor.fill({ 'New password': NEW_PASSWORD });
        await visitor.press('Set password');
        return link;
      }

      it('goes from the link back to the application, signed in', async () => {
        const address = await askForAccount(visitor, server.issuer);
        await visitor.page.goto(await confirmationLink(address));
        await visitor.press('Confirm my address');
        await visitor.sees('Share your details with Demo?', address);
        await allowDemo(visitor);
        await visitor.sees('You’re signed in to Demo', address);
      });

      it('goes from the code back to the application, signed in', async () => {
        const address = await askForAccount(visitor, server.issuer);
        const code = await newestCode(server.issuer, address);
        await visitor.fill({ 'Code from the mail': ` ${code.slice(0, 3)} ${code.slice(3)} ` });
        await visitor.press('Confirm');
        await visitor.sees('Share your details with Demo?', address);
        await allowDemo(visitor);
      });

      it('sets a new password, and ends what the old one began', async () => {
        const other = await another();
        const address = await registerAtDemo(other, server.issuer);
        await allowDemo(other);
        await visitor.page.goto(`${server.issuer}/demo/start`);
        const link = await setNewPassword(address);
        await visitor.sees('Share your details with Demo?', address);
        await allowDemo(visitor);
        await visitor.sees('You’re signed in to Demo', address);
        await newestMail(server.issuer, address, 'Your password was changed');
        await other.press('Refresh the tokens');
        await other.sees('Welcome to the demo', 'Your sign-in has ended');
        await other.follow('Sign in with Gatehouse');
        await other.sees('Sign in');
        await other.fill(credentials(address));
        await other.press('Sign in');
        await other.sees('Sign in', 'don’t match');
        await other.fill({ Password: NEW_PASSWORD });
        await other.press('Sign in');
        await other.sees('Share your details with Demo?', address);
        await other.page.goto(link);
        await other.fill({ 'New password': 'a third one, which nobody takes' });
        await other.press('Set password');
        await other.sees('This link no longer works', 'sign in with it');
      });

      // The pages have next to no scripts: what follows is shown where less helps.
      if (javaScriptEnabled) return;

      it('confirms by a link opened in another browser, and signs nobody in there', async () => {
        const other = await another();
        const address = await askForAccount(visitor, server.issuer);
        await other.page.goto(await confirmationLink(address));
        await other.press('Confirm my address');
        await other.sees('Your address is confirmed');
        await visitor.page.goto(`${server.issuer}/demo/start`);
        await visitor.fill(credentials(address));
        await visitor.press('Sign in');
        await visitor.sees('Share your details with Demo?', address);
      });

      it('asks for the proof again at a sign-in without one', async () => {
        const other = await another();
        const address = await askForAccount(visitor, server.issuer);
        await other.page.goto(`${server.issuer}/demo/start`);
        await other.fill(credentials(address));
        await other.press('Sign in');
        await typeCode(other, server.issuer, address);
        await other.sees('Share your details with Demo?', address);
      });

      it('sets a new password on the way to confirm the old one', async () => {
        const address = await registerAtDemo(visitor, server.issuer);
        await allowDemo(visitor);
        await visitor.page.goto(authorizeUrl(server.issuer, { prompt: 'login' }));
        await visitor.sees('Please confirm it’s you');
        await setNewPassword(address);
        await visitor.sees('Your password is changed');
        await visitor.follow('Back to Demo');
        await visitor.press('Refresh the tokens');
        await visitor.sees('Welcome to the demo', 'Your sign-in has ended');
      });

      it('tells the owner of an address that is taken, and nobody else', async () => {
        const other = await another();
        const address = await registerAtDemo(visitor, server.issuer);
        await askForAccount(other, server.issuer, address);
        const seen = await waitingPages(other);
        await newestMail(server.issuer, address, 'You have an account already');
        await other.page.context().clearCookies();
        const fresh = await askForAccount(other, server.issuer);
        const expected = await waitingPages(other);
        assert.deepEqual(
          seen.map((text) => text.replaceAll(address, fresh)),
          expected,
        );
      });

      it('stays calm at wrong codes, and sends no second mail within a minute', async () => {
        const address = await askForAccount(visitor, server.issuer);
        const code = await newestCode(server.issuer, address);
        for (const _ of ['once', 'twice', 'thrice']) {
          await visitor.fill({ 'Code from the mail': wrong(code) });
          await visitor.press('Confirm');
          await visitor.sees('Check your mail', 'That code doesn’t match');
          const field = visitor.page.getByLabel('Code from the mail');
          assert.equal(await field.getAttribute('aria-invalid'), 'true');
          assert.equal(await field.getAttribute('aria-describedby'), 'code-error');
          assert.equal(await field.inputValue(), '');
        }
        await visitor.press('Send it again');
        await visitor.sees('Check your mail', SENT_AGAIN);
        await visitor.fill({ 'Code from the mail': code });
        await visitor.press('Confirm');
        await visitor.sees('Share your details with Demo?', address);
        assert.equal((await mailsTo(server.issuer, address)).length, 1);
      });

      it('says so when a link was used already', async () => {
        const address = newEmail();
        await visitor.page.goto(`${server.issuer}/account/register`);
        await visitor.fill(credentials(address));
        await visitor.press('Create account');
        const link = await confirmationLink(address);
        for (const heading of ['Your address is confirmed', 'This link no longer works']) {
          await visitor.page.goto(link);
          await visitor.press('Confirm my address');
          await visitor.sees(heading);
        }
      });
    });
  }
});

/** What is read by somebody who waits for a code, guesses one, and asks for another mail. */
async function waitingPages(visitor: Visitor): Promise<string[]> {
  const read = () => visitor.page.locator('main').innerText();
  const first = await read();
  await visitor.fill({ 'Code from the mail': 'no code' });
  await visitor.press('Confirm');
  await visitor.sees('Check your mail', 'That code doesn’t match');
  const second = await read();
  await visitor.press('Send it again');
  await visitor.sees('Check your mail', SENT_AGAIN);
  return [first, second, await read()];
}
