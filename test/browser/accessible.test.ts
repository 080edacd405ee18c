import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { accountTour } from '../support/account-tour.ts';
import { launchBrowser } from '../support/browser.ts';
import { candidateTour } from '../support/candidate-tour.ts';
import { CROWD, crowdedTour } from '../support/crowd.ts';
import { cursorIsSet } from '../support/cursor.ts';
import { newestCode } from '../support/demo.ts';
import { type Notes, notesOf } from '../support/notes.ts';
import { newEmail, PASSWORD } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { assessmentDeclaration } from '../support/sittings.ts';
import { installTimeout } from '../support/system.ts';
import { tour, trustingTour } from '../support/tour.ts';
import { Visitor } from '../support/visitor.ts';

describe('every page', () => {
  let demo: TestServer;
  let browser: Browser;
  /** What was noted on one walk through all of them: walking takes longer than looking. */
  const notes = new Map<string, Notes>();

  before(async function () {
    this.timeout(installTimeout);
    demo = await startServer({ demo: true, jobs: true });
    browser = await launchBrowser();
    const crowd = await startServer({ yaml: CROWD, jobs: true });
    const trusting = await startServer({ yaml: assessmentDeclaration });
    await Promise.all([
      look(tour, demo.issuer),
      look(crowdedTour, crowd.issuer)
        .then(() => look(trustingTour, trusting.issuer))
        .then(() => look(candidateTour, trusting.issuer))
        .then(() => look(accountTour, demo.issuer)),
    ]).finally(() => Promise.all([crowd.close(), trusting.close()]));
  });
  after(async () => {
    await browser?.close();
    await demo?.close();
  });

  async function look(walk: typeof tour, issuer: string): Promise<void> {
    const visitor = await Visitor.of(browser);
    for await (const name of walk(visitor, issuer)) {
      await cursorIsSet(visitor.page);
      notes.set(name, await notesOf(visitor.page));
    }
    await visitor.leave();
  }

  it('has nothing that axe finds, wide and on a phone, light and dark', () => {
    assert.deepEqual(
      [...notes].flatMap(([name, { faults }]) => faults.map((fault) => `${name}, ${fault}`)),
      [],
    );
  });

  it('has a language, a title and one heading', () => {
    for (const [name, { lang, title, headings }] of notes) {
      assert.deepEqual({ lang, headings }, { lang: 'en', headings: 1 }, name);
      assert.match(title, /^\S.* – \S/, name);
    }
  });

  it('fits a screen of 320 pixels', () => {
    assert.deepEqual(
      [...notes].filter(([, { overflow }]) => overflow > 0),
      [],
    );
  });

  it('puts the cursor where the first answer is missing', () => {
    const places = [...notes].flatMap(([name, { cursor }]) => (cursor ? [[name, cursor]] : []));
    assert.deepEqual(Object.fromEntries(places), {
      'sign-in': 'email',
      'sign-in-empty': 'email',
      'sign-in-no-match': 'password',
      'verify-email': 'code',
      'verify-email-wrong-code': 'code',
      'verify-email-sent-again': 'code',
      'crowd-verify-email': 'code',
      'forgot-password': 'email',
      'forgot-password-error': 'email',
      'reset-password': 'password',
      'reset-password-error': 'password',
      register: 'name',
      'register-errors': 'name',
      confirm: 'password',
      'crowd-sign-in': 'email',
      'crowd-confirm': 'password',
      'candidate-sign-in': 'email',
      'candidate-resume': 'code',
      'candidate-resume-error': 'code',
      'account-name': 'name',
      'account-name-error': 'name',
      'account-language': 'locale',
      'account-email': 'email',
      'account-email-error': 'email',
      'account-password': 'password',
      'account-password-error': 'password',
      'account-delete': 'email',
      'account-delete-error': 'email',
    });
  });

  it('can be reached all over by the Tab key, in the order of reading, and shows where the focus is', () => {
    for (const [name, { controls, stops }] of notes) {
      assert.deepEqual(
        stops,
        Array.from({ length: controls }, (_, index) => ({ index, outline: '2px solid 2px' })),
        name,
      );
    }
  });

  it('is done by keyboard alone', async () => {
    const visitor = await Visitor.of(browser);
    const { keyboard } = visitor.page;
    const press = async (...keys: string[]) => {
      for (const key of keys) await keyboard.press(key);
    };
    await visitor.page.goto(`${demo.issuer}/demo`);
    await press('Tab', 'Enter');
    await visitor.seesAndIsAt('Sign in');
    await press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
    await visitor.seesAndIsAt('Create an account');
    const address = newEmail();
    await keyboard.type('Ada Lovelace');
    await press('Tab');
    await keyboard.type(address);
    await press('Tab');
    await keyboard.type(PASSWORD);
    await press('Enter');
    await visitor.seesAndIsAt('Check your mail', address);
    await keyboard.type(await newestCode(demo.issuer, address));
    await press('Enter');
    await visitor.seesAndIsAt('Share your details with Demo?', address);
    await press('Tab', 'Enter');
    await visitor.sees('You’re signed in to Demo');
    await press('Tab', 'Tab', 'Space');
    await visitor.sees('You’re signed in to Demo', 'The API answered 200');
    await press('Tab', 'Tab', 'Tab', 'Tab', 'Enter');
    await visitor.sees('Sign out?');
    await press('Tab', 'Enter');
    await visitor.sees('Welcome to the demo');
    await visitor.leave();
  });
});
