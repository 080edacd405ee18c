import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { accountTour } from '../support/account-tour.ts';
import { launchBrowser } from '../support/browser.ts';
import { candidateTour } from '../support/candidate-tour.ts';
import { CROWD, crowdedTour } from '../support/crowd.ts';
import { mochaGlobalSetup, mochaGlobalTeardown } from '../support/fixtures.ts';
import { startServer, type TestServerOptions } from '../support/server.ts';
import { assessmentDeclaration } from '../support/sittings.ts';
import { authorizeUrl, tour, trustingTour } from '../support/tour.ts';
import { translatedPages } from '../support/translated-pages.ts';
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

/** The address on the pictures is what a reader will have; a machine where it is taken keeps the README's old one. */
const README_PORT = 3000;

await mochaGlobalSetup();
const browser = await launchBrowser();
try {
  await rm(FOLDER, { recursive: true, force: true });
  await mkdir(FOLDER, { recursive: true });
  const port = (await isFree(README_PORT)) ? { env: { PORT: String(README_PORT) } } : {};
  await onServer({ demo: true, jobs: true, ...port }, async (issuer) => {
    await everyPage(tour, issuer);
    await everyPage(accountTour, issuer);
    if (port.env) await readmePicture(issuer);
    else process.stderr.write(`Port ${README_PORT} is taken, so ${PICTURE} stays as it is.\n`);
  });
  await onServer({ yaml: CROWD, jobs: true }, (issuer) => everyPage(crowdedTour, issuer));
  await onServer({ yaml: assessmentDeclaration }, async (issuer) => {
    await everyPage(trustingTour, issuer);
    await everyPage(candidateTour, issuer);
  });
  await inGerman();
  process.stdout.write(`The pages are in ${FOLDER}\n`);
} finally {
  await browser.close();
  await mochaGlobalTeardown();
}

async function onServer(options: TestServerOptions, work: (issuer: string) => Promise<void>): Promise<void> {
  const server = await startServer(options);
  await work(server.issuer).finally(server.close);
}

async function everyPage(walk: typeof tour, issuer: string): Promise<void> {
  const visitor = await Visitor.of(browser);
  for await (const name of walk(visitor, issuer, 'ada.lovelace@example.com')) {
    for (const look of LOOKS) {
      await visitor.page.setViewportSize(look.size);
      await visitor.page.emulateMedia({ colorScheme: look.colorScheme });
      await photograph(visitor.page, `${FOLDER}/${name}-${look.name}.png`);
    }
  }
  await visitor.leave();
}

/** The language with the longest words. */
async function inGerman(): Promise<void> {
  const page = await browser.newPage();
  await page.route('**/*', (route) => route.abort());
  for await (const [name, html] of translatedPages('de')) {
    await page.setContent(html, { waitUntil: 'domcontentloaded' });
    for (const { name: look, size, colorScheme } of LOOKS.filter((each) => each.colorScheme === 'light')) {
      await page.setViewportSize(size);
      await page.emulateMedia({ colorScheme });
      await photograph(page, `${FOLDER}/de-${name}-${look}.png`);
    }
  }
  await page.close();
}

async function readmePicture(issuer: string): Promise<void> {
  const visitor = await Visitor.of(browser, { viewport: WIDE, colorScheme: 'light' });
  await visitor.page.goto(authorizeUrl(issuer));
  await visitor.sees('Sign in');
  await photograph(visitor.page, PICTURE);
  await visitor.leave();
}

/** With the fonts that most machines have the likes of: a container's `system-ui` is whatever came first. */
async function photograph(page: Page, path: string): Promise<void> {
  await page.evaluate(`document.documentElement.style.setProperty('--font', '"Liberation Sans", sans-serif')`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  return await once(probe, 'listening').then(
    () => new Promise<boolean>((resolve) => probe.close(() => resolve(true))),
    () => false,
  );
}
