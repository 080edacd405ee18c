import type { Settings } from './settings.ts';

/** Bytes; the documents of Gatehouse have a few thousand. */
const LARGEST = 256 * 1024;
/** Seconds, where the answer says nothing. */
const FRESH_FOR = 300;

export interface DocumentRequest {
  readonly correlationId: string | undefined;
  /** Of the document at hand: it is not sent again while it is the same. */
  readonly etag?: string | undefined;
}

/** Durations are in seconds. */
export interface FetchedDocument {
  /** Undefined where the one at hand is still it (304). */
  readonly document: unknown;
  readonly etag: string | undefined;
  readonly freshFor: number;
  /** How long it may still be used, beyond that, while a fresh one is fetched (RFC 5861 §3). */
  readonly staleFor: number;
}

/** A JSON document from the issuer: within a time, up to a size, and from that address alone. */
export async function fetchDocument(
  url: string,
  { correlationId, etag }: DocumentRequest,
  { fetch, timeout }: Pick<Settings, 'fetch' | 'timeout'>,
): Promise<FetchedDocument> {
  const headers = new Headers({ accept: 'application/json, application/jwk-set+json' });
  if (correlationId !== undefined) headers.set('x-correlation-id', correlationId);
  if (etag !== undefined) headers.set('if-none-match', etag);
  const signal = AbortSignal.timeout(Math.ceil(timeout * 1000));
  const response = await fetch(url, { headers, signal, redirect: 'manual' });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status !== 304 || etag === undefined) throw new Error(`${url} answered ${response.status}`);
    return { document: undefined, etag, ...freshness(response.headers) };
  }
  const text = await textOf(response, url);
  const document: unknown = JSON.parse(text);
  return { document, etag: response.headers.get('etag') ?? undefined, ...freshness(response.headers) };
}

async function textOf({ body }: Response, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > LARGEST) throw new Error(`${url} has more than ${LARGEST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** RFC 9111 §4.2: what a shared cache on the way has used up is gone. */
function freshness(headers: Headers): { freshFor: number; staleFor: number } {
  const said = headers.get('cache-control') ?? '';
  const seconds = (name: string) => /^\d{1,9}/.exec(said.split(new RegExp(`\\b${name}=`, 'i'))[1] ?? '')?.[0];
  const maxAge = /\bno-(?:store|cache)\b/i.test(said) ? 0 : Number(seconds('max-age') ?? FRESH_FOR);
  const age = Number(/^\d{1,9}$/.exec(headers.get('age') ?? '')?.[0] ?? 0);
  return { freshFor: Math.max(0, maxAge - age), staleFor: Number(seconds('stale-while-revalidate') ?? 0) };
}
