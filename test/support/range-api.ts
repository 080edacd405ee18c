import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server that speaks the range API of Have I Been Pwned, and what it was asked. */
export interface RangeApi {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** How it answers from now on; `hang` does not. */
  answer(how: 'range' | 'hang' | 'fail'): void;
  close(): Promise<void>;
}

const LINE_END = '\r\n';
/** Padding has a suffix as any other, and the count 0. */
const PADDING = `${'0'.repeat(35)}:0`;

/** @param breached the passwords that it knows, and one that it pads its answers with */
export async function startRangeApi(breached: readonly string[], padding = ''): Promise<RangeApi> {
  const requests: IncomingMessage[] = [];
  let how: 'range' | 'hang' | 'fail' = 'range';
  const counts = [...breached.map((password) => [sha1(password), 42] as const), [sha1(padding), 0] as const];
  const server = createServer((request, response) => {
    requests.push(request);
    if (how === 'hang') return;
    const prefix = /^\/range\/([0-9A-F]{5})\b/.exec(request.url ?? '')?.[1] ?? '';
    const lines = counts.flatMap(([hash, count]) => (hash.startsWith(prefix) ? `${hash.slice(5)}:${count}` : []));
    response.writeHead(how === 'fail' ? 500 : 200).end([...lines, PADDING].join(LINE_END));
  });
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    answer: (next) => {
      how = next;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

export const sha1 = (password: string): string => createHash('sha1').update(password).digest('hex').toUpperCase();
