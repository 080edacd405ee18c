import { type Page, UserAgent } from './user-agent.ts';

/** A browser that keeps every answer it was given, redirects too. */
export class RecordingAgent extends UserAgent {
  readonly pages: (Page & { readonly method: string })[] = [];

  override async get(url: string, headers?: Record<string, string>): Promise<Page> {
    return this.#keep('GET', await super.get(url, headers));
  }

  override async post(url: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<Page> {
    return this.#keep('POST', await super.post(url, fields, headers));
  }

  /** The values of all cookies it was ever given, but for signatures and removals. */
  cookieValues(): string[] {
    const set = this.pages.flatMap(({ headers }) => headers.getSetCookie());
    const values = set.map((cookie) => /^[^=]+=([^;]*)/.exec(cookie)?.[1] ?? '');
    return [...new Set(values.filter((value) => value !== ''))];
  }

  #keep(method: string, page: Page): Page {
    this.pages.push({ ...page, method });
    return page;
  }
}
