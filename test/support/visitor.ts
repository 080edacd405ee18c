import assert from 'node:assert/strict';
import type { Browser, BrowserContext, BrowserContextOptions, ConsoleMessage, Page } from 'playwright-core';
import { cursorIsSet } from './cursor.ts';

/** Long enough for a busy machine; a page that needs longer is a failure. */
const PATIENCE = 8000;

/** A person at a real browser: reads headings, fills in what is labelled, presses what is named. */
export class Visitor {
  readonly page: Page;
  /** What the browser complained of: blocked by the policy, failed scripts, missing files. */
  readonly complaints: string[] = [];
  readonly #context: BrowserContext;

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context;
    this.page = page;
    context.setDefaultTimeout(PATIENCE);
    context.on('console', (message) => this.#note(message));
    context.on('weberror', (error) => this.complaints.push(`${page.url()}: ${error.error()}`));
  }

  /** Somebody new: no cookies, nothing remembered. */
  static async of(browser: Browser, options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    return new Visitor(context, await context.newPage());
  }

  /** Waits for the page with this heading; for `text` on it, too, where another page has the same heading. */
  async sees(heading: string | RegExp, text?: string): Promise<void> {
    const h1 = this.page.getByRole('heading', { level: 1, name: heading, exact: true });
    await Promise.all([
      h1.waitFor(),
      ...(text ? [this.page.getByText(text).locator('visible=true').first().waitFor()] : []),
    ]);
  }

  /** The same, and the cursor is where the page puts it: keys that come before go elsewhere. */
  async seesAndIsAt(heading: string, text?: string): Promise<void> {
    await this.sees(heading, text);
    await cursorIsSet(this.page);
  }

  async fill(fields: Readonly<Record<string, string>>): Promise<void> {
    for (const [label, value] of Object.entries(fields)) await this.page.getByLabel(label).fill(value);
  }

  async press(button: string): Promise<void> {
    await this.page.getByRole('button', { name: button, exact: true }).click();
  }

  async follow(link: string): Promise<void> {
    await this.page.getByRole('link', { name: link, exact: true }).click();
  }

  /** Lets an invalid form reach the server, as a browser without validation would. */
  async skipValidation(): Promise<void> {
    await this.page.locator('form').evaluateAll((forms) => {
      for (const form of forms) form.setAttribute('novalidate', '');
    });
  }

  /** Closes the browser window; whatever the browser complained of fails the test. */
  async leave(): Promise<void> {
    await this.#context.close();
    assert.deepEqual(this.complaints, []);
  }

  #note(message: ConsoleMessage): void {
    if (!['error', 'warning'].includes(message.type()) || isAnswerToForm(message)) return;
    this.complaints.push(`${message.location().url}: ${message.text()}`);
  }
}

/** Chromium notes every page that came with a 4xx, such as a form with errors. A file that is missing is no page. */
function isAnswerToForm(message: ConsoleMessage): boolean {
  const isNote = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
  return isNote && !message.location().url.includes('/assets/');
}
