import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import { args } from './browser.ts';
import { ensureCommand } from './system.ts';
import { until } from './until.ts';

/** A browser with a profile on disk, as people have one, which can be killed and opened again. */
export class LastingBrowser {
  readonly #profile: string;
  #context: BrowserContext | undefined;

  private constructor(profile: string) {
    this.#profile = profile;
  }

  static async make(): Promise<LastingBrowser> {
    await ensureCommand('chromium', 'chromium');
    return new LastingBrowser(await mkdtemp(join(tmpdir(), 'gatehouse-profile-')));
  }

  async open(): Promise<BrowserContext> {
    const options = { executablePath: '/usr/bin/chromium', args, reducedMotion: 'reduce' } as const;
    this.#context = await chromium.launchPersistentContext(this.#profile, options);
    return this.#context;
  }

  /** Ends it as the power does, once it has written down the cookie `name`. */
  async kill(name: string): Promise<void> {
    await this.#context?.addCookies(MANY);
    await until(`${name} is on disk`, () => this.#isWritten(name));
    const ended = new Promise((resolve) => this.#context?.once('close', resolve));
    process.kill(await this.#process(), 'SIGKILL');
    await ended;
    this.#context = undefined;
  }

  async close(): Promise<void> {
    await this.#context?.close();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #isWritten(name: string): Promise<boolean> {
    const files = await readdir(this.#profile, { recursive: true });
    const stores = files.filter((file) => /(^|\/)Cookies(-wal|-journal)?$/.test(file));
    const texts = await Promise.all(stores.map((file) => readFile(join(this.#profile, file), 'latin1')));
    return texts.some((text) => text.includes(name));
  }

  /** The one that all others of this profile are children of. */
  async #process(): Promise<number> {
    for (const pid of (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry))) {
      const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (line.includes(`--user-data-dir=${this.#profile}`) && !line.includes('--type=')) return Number(pid);
    }
    throw new Error('the browser does not run');
  }
}

/** Chromium writes its cookies down every half minute, or after 512 changes. */
const MANY = Array.from({ length: 600 }, (_, at) => ({
  name: `n${at}`,
  value: 'x',
  domain: `site-${at % 10}.example`,
  path: '/',
  expires: Math.floor(Date.now() / 1000) + 3600,
}));
