import type { Page } from 'playwright-core';
import { expectAccessible } from './browser.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];
const VARIANTS = SIZES.flatMap((size) => [
  { size, colorScheme: 'light' as const },
  { size, colorScheme: 'dark' as const },
]);

/** Where the focus stops: which of the page's controls, in the order of the document, and what shows it. */
interface Stop {
  readonly index: number;
  readonly outline: string;
}

/** What can be seen of a page by a program. */
export interface Notes {
  readonly lang: string;
  readonly title: string;
  readonly headings: number;
  readonly controls: number;
  /** The field that has the focus, before anybody did anything. */
  readonly cursor: string;
  /** Pixels that can only be seen by scrolling sideways. */
  readonly overflow: number;
  readonly faults: string[];
  readonly stops: Stop[];
}

const CONTROLS = 'a[href], button, summary, select, input:not([type=hidden])';

export async function notesOf(page: Page): Promise<Notes> {
  await page.setViewportSize({ width: 320, height: 640 });
  // Its heading may be seen before its stylesheet has come.
  await page.waitForLoadState('load');
  const seen = await page.evaluate<Omit<Notes, 'faults' | 'stops'>>(`({
    lang: document.documentElement.lang,
    title: document.title,
    headings: document.querySelectorAll('h1').length,
    controls: document.querySelectorAll('${CONTROLS}').length,
    cursor: document.activeElement.id,
    overflow: document.documentElement.scrollWidth - innerWidth,
  })`);
  return { ...seen, faults: await faultsOf(page), stops: await stopsOf(page) };
}

async function faultsOf(page: Page): Promise<string[]> {
  const faults: string[] = [];
  for (const { size, colorScheme } of VARIANTS) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page).catch((error: Error) => {
      faults.push(`${size.width} wide, ${colorScheme}: ${error.message}`);
    });
  }
  return faults;
}

/** One Tab after another, all the way round: the focus may start anywhere, and leaves the page once. */
async function stopsOf(page: Page): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let outside = 0; outside < 2; ) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate<Stop>(FOCUSED);
    if (stop.index === stops[0]?.index) break;
    if (stop.index < 0) outside += 1;
    else stops.push(stop);
  }
  const first = Math.max(
    stops.findIndex(({ index }) => index === 0),
    0,
  );
  return [...stops.slice(first), ...stops.slice(0, first)];
}

const FOCUSED = `(() => {
  const { outlineWidth, outlineStyle, outlineOffset } = getComputedStyle(document.activeElement);
  const index = [...document.querySelectorAll('${CONTROLS}')].indexOf(document.activeElement);
  return { index, outline: [outlineWidth, outlineStyle, outlineOffset].join(' ') };
})()`;
