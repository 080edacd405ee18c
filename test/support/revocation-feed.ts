import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { TestIssuer } from './issuer.ts';

export interface FeedEntry {
  readonly kind: string;
  readonly value: string;
  readonly before: number | null;
  readonly expires_at: string;
}

/** The part of a Gatehouse that gateways follow, by hand: tells what it is told to, and holds questions until there is news. */
export class TestFeed {
  /** Of the list; the cursor is how many there are. */
  readonly entries: FeedEntry[] = [];
  /** What the token endpoint and the list were asked. */
  readonly asked: { readonly url: string; readonly authorization: string | undefined; readonly body: string }[] = [];
  /** Seconds. */
  tokenLife = 900;
  /** The tokens that are taken; each one is the latest that was given. */
  token = 0;
  /** Answers questions for the list in its place, where it is set. */
  instead: RequestListener | undefined;
  /** Answers questions for a token in its place, where it is set. */
  insteadOfToken: RequestListener | undefined;
  /** Told again though a cursor says that they are known. */
  repeated = 0;
  readonly #waiting = new Set<() => void>();
  readonly #held = new Set<ServerResponse>();

  constructor(issuer: TestIssuer) {
    issuer.instead = (request, response) => void this.#answer(request, response);
  }

  /** Something has ended; whoever waits is told. */
  end(kind: string, value: string, { before = null as number | null, expiresAt = Date.now() + 900_000 } = {}): void {
    this.entries.push({ kind, value, before, expires_at: new Date(expiresAt).toISOString() });
    for (const tell of this.#waiting) tell();
    this.#waiting.clear();
  }

  /** Ends the questions that are held open, as a restart does. */
  hangUp(): void {
    for (const response of this.#held) response.destroy();
  }

  /** How many questions are held open. */
  get waiting(): number {
    return this.#waiting.size;
  }

  questions(path: string): string[] {
    return this.asked.map(({ url }) => url).filter((url) => url.startsWith(path));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = (await request.setEncoding('utf8').toArray()).join('');
    const { url = '', headers } = request;
    this.asked.push({ url, authorization: headers.authorization, body });
    if (url === '/oauth2/token' && this.insteadOfToken) this.insteadOfToken(request, response);
    else if (url === '/oauth2/token') {
      this.token += 1;
      response.end(JSON.stringify({ access_token: `token-${this.token}`, expires_in: this.tokenLife }));
    } else if (this.instead) this.instead(request, response);
    else if (headers.authorization !== `Bearer token-${this.token}`) response.writeHead(401).end();
    else this.#tell(new URL(url, 'http://feed').searchParams.get('after'), response);
  }

  #tell(after: string | null, response: ServerResponse): void {
    // As the issuer refuses a cursor that another database made.
    if (Number(after) > this.entries.length) return void response.writeHead(400).end();
    const tell = () => {
      const items = this.entries.slice(Math.max(0, Number(after ?? 0) - this.repeated));
      response.end(JSON.stringify({ items, next_cursor: String(this.entries.length) }));
    };
    const isNews = after === null || this.entries.length > Number(after) - this.repeated;
    if (isNews) tell();
    else {
      this.#waiting.add(tell);
      this.#held.add(response);
    }
    response.once('close', () => {
      this.#waiting.delete(tell);
      this.#held.delete(response);
    });
  }
}
