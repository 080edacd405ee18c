import { request } from 'node:http';

export interface RawAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A request with headers as they are, which fetch would not send: another `Host`, one header twice. */
export async function sendRawHeaders(
  url: string,
  { method = 'GET', headers, form }: { method?: string; headers: readonly string[]; form?: Record<string, string> },
): Promise<RawAnswer> {
  const body = form && new URLSearchParams(form).toString();
  const type = body === undefined ? [] : ['content-type', 'application/x-www-form-urlencoded'];
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const host = headers.some((name, index) => index % 2 === 0 && name === 'host') ? [] : ['host', new URL(url).host];
  const sent = request(
    url,
    { method, headers: [...host, ...headers, ...type, 'connection', 'close'] },
    async (answer) => {
      const text = (await answer.toArray()).map(String).join('');
      resolve({ status: answer.statusCode ?? 0, body: text.startsWith('{') ? JSON.parse(text) : {} });
    },
  );
  sent.on('error', reject).end(body);
  return promise;
}
