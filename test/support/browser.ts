import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, chromium, type Page } from 'playwright-core';
import { ensureCommand } from './system.ts';

/** The sandbox needs rights that a container's root lacks; the rest keeps Chromium from calling home in a test. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The system's Chromium: nothing is downloaded by npm. */
export async function launchBrowser(): Promise<Browser> {
  await ensureCommand('chromium', 'chromium');
  return await chromium.launch({ executablePath: '/usr/bin/chromium', args });
}

/** No violation of any rule axe knows. The page must come from `browser.newContext()`, or axe refuses. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  const list = violations.map(({ id, help, nodes }) => {
    const places = nodes.map((node) => `    ${node.target.join(' ')}: ${node.html}`);
    return [`${id}: ${help}`, ...places].join('\n');
  });
  assert.equal(violations.length, 0, `${page.url()} is not accessible:\n${list.join('\n')}`);
}
