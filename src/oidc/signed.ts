import { decodeJwt, decodeProtectedHeader } from 'jose';
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
  readonly clientId?: string;
  save(): Promise<string>;
}

interface Issued {
  readonly client: { readonly clientId: string };
  issue(options: { use: string }): Promise<string>;
}

/**
 * Hears of every token that an engine signs, once it is signed: what is told is read from the token itself. The engine has
 * no event that knows a token's key.
 */
export function hearSigned(provider: Provider, heard: (signed: Signed) => void): void {
  const { AccessToken, ClientCredentials, IdToken } = provider as unknown as Models;
  for (const { prototype } of [AccessToken, ClientCredentials]) {
    const { save } = prototype;
    prototype.save = async function savedAndHeard(this: Saved) {
      const value = await save.call(this);
      tell(heard, value, 'access_token', this.clientId);
      return value;
    };
  }
  const { issue } = IdToken.prototype;
  IdToken.prototype.issue = async function issuedAndHeard(this: Issued, options) {
    const value = await issue.call(this, options);
    tell(heard, value, options.use === 'idtoken' ? 'id_token' : 'other', this.client.clientId);
    return value;
  };
}

/** Of an opaque token there is nothing to tell. */
function tell(heard: (signed: Signed) => void, value: string, kind: Signed['kind'], clientId = ''): void {
  const kid = kidOf(value);
  if (kid === undefined) return;
  const { exp } = decodeJwt(value);
  const expiresAt = kind === 'other' || exp === undefined ? undefined : new Date(exp * 1000);
  heard({ kid, kind, clientId, expiresAt });
}

/** Which key a token says it was signed with; undefined for what is no JWT. */
export function kidOf(token: unknown): string | undefined {
  try {
    return typeof token === 'string' ? decodeProtectedHeader(token).kid : undefined;
  } catch {
    return undefined;
  }
}
