import { CookieJar } from 'tough-cookie';

/** One answer, read. */
export interface Page {
  readonly status: number;
  readonly url: string;
  readonly headers: Headers;
  readonly text: string;
  /** Where it redirects to, absolute. */
  readonly location: string | undefined;
}

/** A browser without JavaScript: cookies as browsers keep them (by path), forms, and redirects one at a time. */
export class UserAgent {
  readonly jar = new CookieJar(undefined, { looseMode: false });
  readonly #issuer: string;
  readonly #headers: Readonly<Record<string, string>>;

  /** @param headers sent with every request, such as `accept-language`. */
  constructor(issuer: string, headers: Readonly<Record<string, string>> = {}) {
    this.#issuer = issuer;
    this.#headers = headers;
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.#send('GET', url, headers);
  }

  post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    return this.#send('POST', url, headers, new URLSearchParams(fields));
  }

  /** Goes on as far as the redirects lead within the issuer; returns the first page, or the redirect that leaves it. */
  async follow(page: Page): Promise<Page> {
    let at = page;
    for (let hops = 0; at.location?.startsWith(`${this.#issuer}/`) && hops < 10; hops += 1)
      at = await this.get(at.location);
    return at;
  }

  /** Opens a page as a person does: follows to where it ends. */
  async open(url: string): Promise<Page> {
    return this.follow(await this.get(url));
  }

  /** Sends the page's form with these fields added to its hidden ones. */
  async submit(page: Page, fields: Record<string, string>): Promise<Page> {
    const action = /<form[^>]*action="([^"]+)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? page.url;
    return this.follow(await this.post(new URL(action, page.url).href, { ...hidden(page.text), ...fields }));
  }

  /** The same browser once more, which hears for itself alone: what this one asked for and never heard of, the other gets. */
  async twin(): Promise<UserAgent> {
    const twin = new UserAgent(this.#issuer, this.#headers);
    for (const cookie of await this.jar.getCookies(this.#issuer)) await twin.jar.setCookie(cookie, this.#issuer);
    return twin;
  }

  async cookies(url = this.#issuer): Promise<Record<string, string>> {
    const cookies = await this.jar.getCookies(url);
    return Object.fromEntries(cookies.map(({ key, value }) => [key, value]));
  }

  async #send(method: string, url: string, headers: Record<string, string>, body?: URLSearchParams): Promise<Page> {
    const absolute = new URL(url, this.#issuer).href;
    const cookie = await this.jar.getCookieString(absolute);
    const all = { accept: 'text/html', ...this.#headers, ...(cookie ? { cookie } : {}), ...headers };
    const answer = await fetch(absolute, { method, redirect: 'manual', headers: all, ...(body ? { body } : {}) });
    for (const set of answer.headers.getSetCookie()) await this.jar.setCookie(set, absolute, { ignoreError: true });
    const location = answer.headers.get('location');
    return {
      status: answer.status,
      url: absolute,
      headers: answer.headers,
      text: await answer.text(),
      location: location ? new URL(location, absolute).href : undefined,
    };
  }
}

function hidden(html: string): Record<string, string> {
  const inputs = html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
}
