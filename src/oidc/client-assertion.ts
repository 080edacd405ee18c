import { compactVerify, decodeProtectedHeader, type JWK } from 'jose';
import { type Client, errors, type KoaContextWithOIDC } from 'oidc-provider';

/** Seconds that an assertion may be good for, from now: each is remembered until then. */
const LONGEST = 3600;
/** Seconds that a client's last known keys count after its `jwks_uri` has stopped answering. */
const GRACE = 3600;

/** A client's keys as the engine keeps them. */
interface KeyStore extends Iterable<JWK> {
  /** Until when, in seconds since the epoch; of an address alone. */
  freshUntil?: number;
  readonly jwksUri?: string;
  stale(): boolean;
  refresh(): Promise<void>;
}

/**
 * What the engine does not look at in a client's assertion (RFC 7523) that it has verified already: how long it lives,
 * and whether its key is still the client's. The engine asks a `jwks_uri` again when it finds no key, and so would take
 * one that was withdrawn for as long as nothing else is signed.
 * @throws InvalidClientAuth
 */
export async function checkAssertion(
  ctx: KoaContextWithOIDC,
  { exp }: { exp?: unknown },
  _header: unknown,
  client: Client,
): Promise<void> {
  const now = Math.floor(Date.now() / 1000);
  if (Number(exp) > now + LONGEST) throw new errors.InvalidClientAuth(`an assertion lives for ${LONGEST} s at most`);
  const keys = (client as unknown as { asymmetricKeyStore: KeyStore }).asymmetricKeyStore;
  if (keys.jwksUri === undefined || !keys.stale()) return;
  await refresh(keys, now);
  await verifyAgain(String(ctx.oidc.params?.['client_assertion']), keys);
}

async function refresh(keys: KeyStore, now: number): Promise<void> {
  const { freshUntil = 0 } = keys;
  await keys.refresh().catch((cause: Error) => {
    // The engine takes an answer that is an error for a fresh one.
    keys.freshUntil = freshUntil;
    if (now - freshUntil > GRACE) throw new errors.InvalidClientAuth({ cause });
  });
}

async function verifyAgain(assertion: string, keys: KeyStore): Promise<void> {
  const { kid } = decodeProtectedHeader(assertion);
  const candidates = [...keys].filter((key) => kid === undefined || key.kid === kid);
  await Promise.any(candidates.map((key) => compactVerify(assertion, key))).catch((cause: Error) => {
    throw new errors.InvalidClientAuth({ cause });
  });
}
