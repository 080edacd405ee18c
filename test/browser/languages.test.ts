import assert from 'node:assert/strict';
import type { Browser, Page } from 'playwright-core';
import { LOCALES } from '../../src/i18n/index.ts';
import { expectAccessible, launchBrowser } from '../support/browser.ts';
import { installTimeout } from '../support/system.ts';
import { translatedPages } from '../support/translated-pages.ts';

/** Sends itself on, so that nobody on a walk comes to a stop there. */
const FLEETING = 'going-on';

/**
 * What other words do to pages. How each is reached and looks wide, narrow, light and dark is walked in English
 * (accessible.test.ts), but for one; a test of the renderer sees to it that a page has the same elements in every language.
 */
describe('every page', () => {
  let browser: Browser;
  let page: Page;
  before(async function () {
    this.timeout(installTimeout);
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 320, height: 640 }, reducedMotion: 'reduce' });
    await page.route('**/*', (route) => route.abort());
  });
  after(() => browser?.close());

  for (const locale of LOCALES) {
    it(`has nothing that axe finds, and fits a screen of 320 pixels, in ${locale}`, async () => {
      const seen: string[] = [];
      for await (const [name, html] of translatedPages(locale)) {
        if (locale === 'en' && name !== FLEETING) continue;
        await page.setContent(html, { waitUntil: 'domcontentloaded' });
        assert.equal(await page.evaluate('document.documentElement.lang'), locale, name);
        const beyond = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
        assert.equal(beyond, 0, `${name} is wider than the screen`);
        await expectAccessible(page).catch((error: Error) => assert.fail(`${name}: ${error.message}`));
        seen.push(name);
      }
      assert.ok(seen.includes(FLEETING) && (locale === 'en' || seen.length > 30), String(seen));
    });
  }
});
