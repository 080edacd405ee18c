import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { notesOf } from '../support/notes.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { installTimeout } from '../support/system.ts';
import { Visitor } from '../support/visitor.ts';

/** Milliseconds without a key that are a pause: the script's own. */
const PAUSE = 600;

describe('the strength of a password, while it is typed', () => {
  let server: TestServer;
  let browser: Browser;
  let visitor: Visitor;
  before(async function () {
    this.timeout(installTimeout);
    [server, browser] = await Promise.all([startServer(), launchBrowser()]);
  });
  afterEach(() => visitor.leave());
  after(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = async (locale = 'en', javaScriptEnabled = true) => {
    visitor = await Visitor.of(browser, { locale, javaScriptEnabled });
    await visitor.page.goto(`${server.issuer}/account/register`);
  };
  /** What a screen reader reads out, and how far the bar goes. */
  const hint = () => visitor.page.locator('.strength [aria-live="polite"]');
  const level = () => visitor.page.locator('.strength').getAttribute('data-level');
  const says = async (text: string) => visitor.page.getByText(text, { exact: true }).waitFor();

  it('is said in words: length first, then repetition, then what others know', async () => {
    await open();
    await visitor.fill({ Name: 'Ada Lovelace', 'E-mail address': 'ada@engines.example' });
    for (const [password, text, bar] of [
      ['correct horse', 'Still short of 15 characters.', '1'],
      ['🦉'.repeat(14), 'Still short of 15 characters.', '1'],
      ['aaaaaaaaaaaaaaaaaaaa', 'The same again and again is easy to guess.', '1'],
      ['passwordpasswordpassword', 'The same again and again is easy to guess.', '1'],
      ['Lovelace and her violin', 'Others know your name and address: leave them out.', '2'],
      ['engines of a locomotive', 'Others know your name and address: leave them out.', '2'],
      ['nine violins sing', 'Long enough. One more word makes it stronger.', '3'],
      [PASSWORD, 'A long one, hard to guess.', '4'],
    ] as const) {
      await visitor.fill({ Password: password });
      await says(text);
      assert.equal(await level(), bar, password);
    }
    assert.deepEqual((await notesOf(visitor.page)).faults, []);
    await visitor.fill({ Password: '' });
    await hint().and(visitor.page.locator(':empty')).waitFor({ state: 'attached' });
    assert.equal(await level(), '0');
  });

  it('is read aloud when a pause is made, not at every key', async () => {
    await open();
    const { page } = visitor;
    await page.evaluate(`{
      const live = document.querySelector('.strength [aria-live]');
      window.said = [];
      new MutationObserver(() => window.said.push(live.textContent)).observe(live, { childList: true });
    }`);
    // The page's time stands still but for what is let go by here, however slow the machine is.
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    const types = (keys: string) => page.getByLabel('Password').pressSequentially(keys);
    const said = () => page.evaluate<string[]>('window.said');
    for (const key of PASSWORD) {
      await types(key);
      await page.clock.runFor(PAUSE - 1);
    }
    assert.deepEqual(await said(), []);
    await page.clock.runFor(1);
    assert.deepEqual(await said(), ['A long one, hard to guess.']);
  });

  it('is said of a pasted one as well: nothing keeps a password manager’s from being pasted, and it is taken', async () => {
    await open();
    const { page } = visitor;
    await visitor.fill({ Name: PASSWORD, 'E-mail address': newEmail() });
    await page.getByLabel('Name').press('ControlOrMeta+a');
    await page.getByLabel('Name').press('ControlOrMeta+x');
    await visitor.fill({ Name: 'Ada Lovelace' });
    await page.getByLabel('Password').press('ControlOrMeta+v');
    assert.equal(await page.getByLabel('Password').inputValue(), PASSWORD);
    await says('A long one, hard to guess.');
    await visitor.press('Create account');
    await visitor.sees('Your account is ready');
  });

  it('speaks the page’s language', async () => {
    await open('de');
    await visitor.fill({ Passwort: 'zu kurz' });
    await says('Noch keine 15 Zeichen.');
  });

  it('keeps nobody from sending what it thinks little of: the server decides', async () => {
    await open();
    await visitor.fill({ 'E-mail address': newEmail(), Password: 'Lovelace and her violin', Name: 'Lovelace' });
    await visitor.press('Create account');
    await visitor.sees('Your account is ready');
  });

  it('is not missing without JavaScript: what is asked for stands beside the field', async () => {
    await open('en', false);
    await says('At least 15 characters. A few words you’ll remember make a good one.');
    assert.equal(await hint().innerText(), '');
    await visitor.fill({ 'E-mail address': newEmail(), Password: 'passwordpassword' });
    await visitor.press('Create account');
    await visitor.page
      .locator('#password-error')
      .getByText('This password is too easy to guess. Add a few words that nobody else would put together.')
      .waitFor();
  });
});
