import type { Settings } from './settings.ts';

/** Bytes; the documents of Gatehouse have a few thousand, a status list 30,000 at most. */
const LARGEST = 256 * 1024;
/** Seconds, where the answer says nothing. */
const FRESH_FOR = 300;

export interface DocumentRequest {
  readonly correlationId: string | undefined;
  /** Of the document at hand: it is not sent again while it is the same. */
  readonly etag?: string | undefined;
}

/** Durations are in seconds. */
export interface Fetched {
  readonly etag: string | undefined;
  readonly freshFor: number;
  /** How long it may still be used, beyond that, while a fresh one is fetched (RFC 5861 §3). */
  readonly staleFor: number;
}

/** Undefined where the one at hand is still it (304). */
export type FetchedDocument = Fetched & { readonly document: unknown };
export type FetchedText = Fetched & { readonly text: string | undefined };

/** A JSON document from the issuer. */
export async function fetchDocument(
  url: string,
  request: DocumentRequest,
  settings: Pick<Settings, 'fetch' | 'timeout'>,
): Promise<FetchedDocument> {
  const { text, ...rest } = await fetchText(url, 'application/json, application/jwk-set+json', request, settings);
  return { document: text === undefined ? undefined : JSON.parse(text), ...rest };
}

/** What the issuer has at an address: within a time, up to a size, and from that address alone. */
export async function fetchText(
  url: string,
  accept: string,
  { correlationId, etag }: DocumentRequest,
  { fetch, timeout }: Pick<Settings, 'fetch' | 'timeout'>,
): Promise<FetchedText> {
  const headers = new Headers({ accept });
  if (correlationId !== undefined) headers.set('x-correlation-id', correlationId);
  if (etag !== undefined) headers.set('if-none-match', etag);
  const signal = AbortSignal.timeout(Math.ceil(timeout * 1000));
  const response = await fetch(url, { headers, signal, redirect: 'manual' });
  if (response.status !== 200) {
    await response.body?.cancel();
    if (response.status !== 304 || etag === undefined) throw new Error(`${url} answered ${response.status}`);
    return { text: undefined, etag, ...freshness(response.headers) };
  }
  const text = await bodyOf(response, url, LARGEST);
  return { text, etag: response.headers.get('etag') ?? undefined, ...freshness(response.headers) };
}

/** The text of an answer that has no more than so many bytes. */
export async function bodyOf({ body }: Response, url: string, largest: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > largest) throw new Error(`${url} has more than ${largest} bytes`);
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
