import { Operator, operatorDeclaration } from './operator.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';
import { until } from './until.ts';

export type FedEvent = Record<string, unknown> & { readonly type: string; readonly data: Record<string, unknown> };

/** `GET /v1/events`, as an operator's service reads it. */
export class Feed {
  readonly #server: TestServer;
  readonly #operator: Operator;

  constructor(server: TestServer, operator: Operator) {
    this.#server = server;
    this.#operator = operator;
  }

  async read(query: Record<string, string> = {}) {
    const { status, body } = await this.#operator.call('GET', `/v1/events?${new URLSearchParams(query)}`);
    return { status, code: body['code'], items: body['items'] as FedEvent[], next: String(body['next_cursor']) };
  }

  /** A position is told of once no transaction runs that may have a lower one: of this database, and of its neighbours'. */
  async whole(): Promise<void> {
    const { db, gatehouse } = this.#server;
    const row = await db('events').max('position as last').first();
    await until('the log is whole', async () => (await gatehouse.log.look()) >= Number(row?.['last']));
  }

  /** The cursor behind all there is. */
  async behind(): Promise<string> {
    await this.whole();
    for (let after: Record<string, string> = {}; ; ) {
      const { items, next } = await this.read({ ...after, limit: '100' });
      if (items.length === 0) return next;
      after = { after: next };
    }
  }

  /** What `work` has told. */
  async eventsOf(work: () => Promise<unknown>): Promise<FedEvent[]> {
    const after = await this.behind();
    await work();
    await this.whole();
    return (await this.read({ after, limit: '100' })).items;
  }
}

/** A server, and an operator's service that may read whatever it tells. */
export async function startFeed(
  options: TestServerOptions = {},
): Promise<{ server: TestServer; operator: Operator; feed: Feed }> {
  const server = await startServer({ yaml: operatorDeclaration, ...options });
  const operator = new Operator(server.issuer, 'events:read events:write audit:read users:write');
  return { server, operator, feed: new Feed(server, operator) };
}
