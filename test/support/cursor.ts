import type { Page } from 'playwright-core';

/** Waits for the cursor to be where the page wants it, if it wants it anywhere: a browser puts it there after it has shown the page. */
export async function cursorIsSet(page: Page): Promise<void> {
  const settled = page.locator(':root:not(:has([autofocus])), [autofocus]:focus');
  await settled.first().waitFor({ state: 'attached' });
}
