import type { FeedToken } from './feed-token.ts';
import { bodyOf } from './fetch-document.ts';
import type { FollowSettings } from './follow-settings.ts';
import type { Revocation, RevocationKind } from './revocation-list.ts';

export interface FeedPage {
  readonly entries: readonly Revocation[];
  readonly next: string;
}

/** Bytes: some three hundred thousand entries. */
const LARGEST = 64 * 1024 * 1024;
const KINDS: readonly unknown[] = ['jti', 'sid', 'grant', 'sub', 'client'] satisfies RevocationKind[];

/**
 * `GET /v1/revocations`: all that has ended, or what came after a cursor; then the issuer waits for news. A token that is
 * not taken is replaced, once.
 */
export async function readFeed(
  after: string | undefined,
  token: FeedToken,
  settings: FollowSettings,
  closed: AbortSignal,
): Promise<FeedPage> {
  const { issuer, wait, timeout, fetch } = settings;
  const url = `${issuer}/v1/revocations${after === undefined ? '' : `?after=${after}&wait=${wait}`}`;
  const ask = async () => {
    const within = (seconds: number) => AbortSignal.any([closed, AbortSignal.timeout(Math.ceil(seconds * 1000))]);
    const authorization = `Bearer ${await token.current(within(timeout))}`;
    const signal = within(timeout + (after === undefined ? 0 : wait));
    return fetch(url, { headers: { authorization, accept: 'application/json' }, signal, redirect: 'manual' });
  };
  let response = await ask();
  if (response.status === 401) {
    await response.body?.cancel();
    token.drop();
    response = await ask();
  }
  // Made by another issuer's database, such as one that was restored: what is between may have been missed.
  if (response.status === 400 && after !== undefined) {
    await response.body?.cancel();
    return readFeed(undefined, token, settings, closed);
  }
  if (response.status === 200) return pageOf(JSON.parse(await bodyOf(response, url, LARGEST)));
  await response.body?.cancel();
  if (response.status === 401) token.drop();
  throw new Error(`${url} answered ${response.status}`);
}

/** All of it, or an error: whoever leaves out what it does not understand lets in what has ended. */
function pageOf(document: unknown): FeedPage {
  const { items, next_cursor } = (document ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(items) || typeof next_cursor !== 'string' || !/^[\w-]{1,512}$/.test(next_cursor)) {
    throw new Error('this is no list of revocations');
  }
  return { entries: items.map(entryOf), next: next_cursor };
}

function entryOf(item: unknown): Revocation {
  const { kind, value, before, expires_at } = (item ?? {}) as Readonly<Record<string, unknown>>;
  const expiresAt = typeof expires_at === 'string' ? Date.parse(expires_at) : Number.NaN;
  const isDated = before === null || typeof before === 'number';
  if (!KINDS.includes(kind) || typeof value !== 'string' || !isDated || Number.isNaN(expiresAt)) {
    throw new Error(`the list has an entry that nobody here understands, of the kind ${JSON.stringify(kind)}`);
  }
  return { kind: kind as RevocationKind, value, before: before ?? undefined, expiresAt };
}
