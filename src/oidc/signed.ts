import { decodeJwt, decodeProtectedHeader } from 'jose';
import { LRUCache } from 'lru-cache';
import type { Provider } from 'oidc-provider';

/** A JWT as the engine has signed it. */
export interface Signed {
  readonly kid: string;
  readonly kind: 'access_token' | 'id_token' | 'other';
  readonly clientId: string;
  /** Undefined for what is read once, and never verified again: a logout token, a signed UserInfo answer. */
  readonly expiresAt: Date | undefined;
}

/** The engine's models, as far as they make a token of what they hold. */
interface Models {
  readonly AccessToken: { prototype: Saved };
  readonly ClientCredentials: { prototype: Saved };
  readonly IdToken: { prototype: Issued };
}

interface Saved {
  readonly clientId: string;
  /** Seconds. */
  readonly remainingTTL: number;
  save(): Promise<string>;
}

interface Issued {
  readonly client: { readonly clientId: string };
  issue(options: { use: string }): Promise<string>;
}

/**
 * Hears of every token that an engine signs, once it is signed; with which key is read from the token itself. The engine has
 * no event that knows.
 */
export function hearSigned(provider: Provider, heard: (signed: Signed) => void): void {
  const { AccessToken, ClientCredentials, IdToken } = provider as unknown as Models;
  for (const { prototype } of [AccessToken, ClientCredentials]) {
    const { save } = prototype;
    prototype.save = async function savedAndHeard(this: Saved) {
      const value = await save.call(this);
      const kid = kidOf(value);
      const expiresAt = new Date(Date.now() + this.remainingTTL * 1000);
      // An opaque one has none.
      if (kid) heard({ kid, kind: 'access_token', clientId: this.clientId, expiresAt });
      return value;
    };
  }
  const { issue } = IdToken.prototype;
  IdToken.prototype.issue = async function issuedAndHeard(this: Issued, options) {
    const value = await issue.call(this, options);
    const kid = kidOf(value);
    if (kid) heard({ kid, clientId: this.client.clientId, ...useOf(value, options.use) });
    return value;
  };
}

function useOf(value: string, use: string): Pick<Signed, 'kind' | 'expiresAt'> {
  if (use !== 'idtoken') return { kind: 'other', expiresAt: undefined };
  const { exp } = decodeJwt(value);
  return { kind: 'id_token', expiresAt: exp === undefined ? undefined : new Date(exp * 1000) };
}

/** Headers that are remembered, and how long they may be: whoever shows us tokens can make up any. */
const known = new LRUCache<string, { readonly kid: string | undefined }>({ max: 1000 });
const LONGEST = 300;

/** Which key a token says it was signed with; undefined for what is no JWT. Tokens of a key and kind share a header: it is read once. */
export function kidOf(token: unknown): string | undefined {
  const end = typeof token === 'string' ? token.indexOf('.') : -1;
  if (typeof token !== 'string' || end < 0) return undefined;
  const header = token.slice(0, end);
  const before = known.get(header);
  if (before) return before.kid;
  const kid = kidIn(header);
  if (end <= LONGEST) known.set(header, { kid });
  return kid;
}

/** Of the header alone: what comes behind it may be anything, and another token's is good. */
function kidIn(header: string): string | undefined {
  try {
    return decodeProtectedHeader({ protected: header }).kid;
  } catch {
    return undefined;
  }
}
