import { type Agent, type IncomingMessage, request } from 'node:http';

/** One answer, as far as a load cares. */
export interface Reply {
  readonly status: number;
  readonly location: string;
  readonly text: string;
}

/** The least of a browser: one jar for one server, and no more work than that, since it shares the server's cores. */
export class BenchBrowser {
  readonly #base: string;
  readonly #agent: Agent;
  readonly #cookies = new Map<string, string>();

  constructor(base: string, agent: Agent) {
    this.#base = base;
    this.#agent = agent;
  }

  get(path: string): Promise<Reply> {
    return this.#send('GET', path);
  }

  post(path: string, form: string): Promise<Reply> {
    return this.#send('POST', path, form);
  }

  async #send(method: string, path: string, form?: string): Promise<Reply> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const type = form === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' };
    const headers = { accept: 'text/html', cookie, ...type };
    request(new URL(path, this.#base), { agent: this.#agent, method, headers }, resolve)
      .once('error', reject)
      .end(form);
    const answer = await promise;
    const text = (await answer.setEncoding('utf8').toArray()).join('');
    for (const set of answer.headers['set-cookie'] ?? []) this.#keep(set);
    return { status: answer.statusCode ?? 0, location: answer.headers.location ?? '', text };
  }

  #keep(setCookie: string): void {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
    if (value) this.#cookies.set(name, value);
    else this.#cookies.delete(name);
  }
}
