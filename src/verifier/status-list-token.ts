import { type JWTHeaderParameters, jwtVerify } from 'jose';
import { type FetchedText, fetchText } from './fetch-document.ts';
import type { KeySet } from './key-set.ts';
import type { Settings } from './settings.ts';
import { StatusList } from './status-list.ts';

/** A list, and until when it may be used; in milliseconds since the epoch. */
export interface HeldList {
  readonly list: StatusList;
  readonly etag: string | undefined;
  readonly ttl: number | undefined;
  /** It is asked for again then. */
  readonly freshUntil: number;
  /** It says nothing any more then. */
  readonly expiresAt: number;
}

/** Seconds, where neither the list nor the answer says anything; and the least, whatever they say. */
const [FRESH_FOR, LEAST] = [60, 1];

/**
 * The Status List Token at an address (draft-ietf-oauth-status-list §5.1, §8.3), signed by a key of the issuer's, for this
 * address and no other; or the one at hand, where that is still it.
 */
export async function fetchList(uri: string, held: HeldList | undefined, keys: KeySet, settings: Settings) {
  const began = settings.clock.now().getTime();
  const request = { correlationId: undefined, etag: held?.etag };
  const fetched = await fetchText(uri, 'application/statuslist+jwt', request, settings);
  const { etag } = fetched;
  if (fetched.text === undefined) {
    if (!held) throw new Error(`${uri} answered 304 to nothing`);
    return { ...held, etag, freshUntil: freshUntil(began, held.ttl, fetched) };
  }
  const { list, ttl, expiresAt } = await readList(fetched.text, uri, keys, settings);
  return { list, etag, ttl, expiresAt, freshUntil: freshUntil(began, ttl, fetched) };
}

async function readList(
  token: string,
  uri: string,
  keys: KeySet,
  { issuer, algorithms, clockTolerance, clock }: Settings,
) {
  const keyOf = (header: JWTHeaderParameters) => keys.keyFor(header, undefined);
  const { payload } = await jwtVerify<{ ttl?: unknown; status_list?: unknown }>(token, keyOf, {
    issuer,
    subject: uri,
    typ: 'statuslist+jwt',
    algorithms: [...algorithms],
    requiredClaims: ['iat', 'exp', 'status_list'],
    clockTolerance,
    currentDate: clock.now(),
  });
  const { bits, lst } = (payload.status_list ?? {}) as Readonly<Record<string, unknown>>;
  const ttl = typeof payload.ttl === 'number' && payload.ttl > 0 ? payload.ttl : undefined;
  return { list: new StatusList(bits, lst), ttl, expiresAt: ((payload.exp ?? 0) + clockTolerance) * 1000 };
}

/** What a cache on the way has used up of the ttl is gone. */
function freshUntil(began: number, ttl = FRESH_FOR, { freshFor }: FetchedText): number {
  return began + Math.max(LEAST, Math.min(ttl, freshFor)) * 1000;
}
