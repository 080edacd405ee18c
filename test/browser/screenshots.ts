import { mkdir, rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.ts';
import { mochaGlobalSetup, mochaGlobalTeardown } from '../support/fixtures.ts';
import { startServer } from '../support/server.ts';
import { authorizeUrl, tour } from '../support/tour.ts';
import { Visitor } from '../support/visitor.ts';

/** `npm run screenshots`: every page as it looks, for people to look at, and the picture of the README. */

const FOLDER = fileURLToPath(new URL('../.artifacts/screenshots', import.meta.url));
const PICTURE = fileURLToPath(new URL('../../docs/sign-in.png', import.meta.url));
const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const LOOKS = [
  { name: 'wide', size: WIDE, colorScheme: 'light' },
  { name: 'dark', size: WIDE, colorScheme: 'dark' },
  { name: 'phone', size: PHONE, colorScheme: 'light' },
  { name: 'phone-dark', size: PHONE, colorScheme: 'dark' },
] as const;

await mochaGlobalSetup();
const server = await startServer({ demo: true });
const browser = await launchBrowser();
try {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  await everyPage(browser, server.issuer);
  await readmePicture(browser, server.issuer);
} finally {
  await browser.close();
  await server.close();
  await mochaGlobalTeardown();
}

async function everyPage(browser: Browser, issuer: string): Promise<void> {
  const visitor = await Visitor.of(browser);
  for await (const name of tour(visitor, issuer)) {
    for (const look of LOOKS) {
      await visitor.page.setViewportSize(look.size);
      await visitor.page.emulateMedia({ colorScheme: look.colorScheme });
      await photograph(visitor.page, `${FOLDER}/${name}-${look.name}.png`);
    }
  }
  await visitor.leave();
}

async function readmePicture(browser: Browser, issuer: string): Promise<void> {
  const visitor = await Visitor.of(browser, { viewport: WIDE, colorScheme: 'light' });
  await visitor.page.goto(authorizeUrl(issuer));
  await visitor.sees('Sign in');
  await photograph(visitor.page, PICTURE);
  await visitor.leave();
}

async function photograph(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
}
