import type { JWTPayload } from 'jose';
import { type Adapter, type AdapterPayload, Provider } from 'oidc-provider';
import type { UnitOfWork } from '../artifacts/index.ts';
import { randomToken } from '../kernel/ids.ts';
import { type RevocableClaims, STATUS_LIST_SIZE } from '../revocations/index.ts';
import { accessTokenVerifier, type VerifierParts } from './access-token-verifier.ts';
import { ACCESS_TOKEN_ALGS } from './resources.ts';
import { tellMachineRevoked, tellRevoked } from './tell-revoked.ts';
import { grantIn, grantKey } from './token-id.ts';

/** Access tokens that nobody stores, looked at as if somebody did. */
export interface StructuredTokens {
  /** What the engine would have stored; undefined for what is no live token of ours, or has ended. */
  find(model: string, token: string): Promise<AdapterPayload | undefined>;
  /** Ends it, and the grant it was issued under. */
  end(token: string): Promise<void>;
}

/**
 * By what the engine asks for a JWT access token: it would not look at one (`reject_structured_tokens.js`). Each process
 * makes a mark of its own, so that nobody outside can write one. Its dot makes four parts of three: nobody tries to decode
 * the first as a header, to fail.
 */
const MARK = `#${randomToken()}.`;

const JWT = /^[\w-]+\.[\w-]+\.[\w-]*$/;

/** How a token is asked for that comes to introspection or revocation. */
export const askedFor = (token: unknown): unknown =>
  typeof token === 'string' && JWT.test(token) ? MARK + token : token;

/** The token itself, however it is asked for. */
export const asShown = (token: unknown): unknown =>
  typeof token === 'string' && token.startsWith(MARK) ? token.slice(MARK.length) : token;

/** Storage that finds and ends those, too. Asked for by another model they are not there, and nothing is looked up. */
export function withStructured(model: string, adapter: Adapter, tokens: StructuredTokens): Adapter {
  return {
    ...adapter,
    find: async (id) => (id.startsWith(MARK) ? tokens.find(model, id.slice(MARK.length)) : adapter.find(id)),
    destroy: async (id) => (id.startsWith(MARK) ? tokens.end(id.slice(MARK.length)) : adapter.destroy(id)),
  };
}

export interface StructuredParts extends VerifierParts {
  readonly work: UnitOfWork;
  readonly isRevoked: (claims: RevocableClaims) => Promise<boolean>;
}

/** Claims of an access token (RFC 9068), with what Gatehouse adds. */
type Claims = JWTPayload & {
  readonly jti: string;
  readonly sub: string;
  readonly exp: number;
  readonly client_id: string;
  readonly scope?: string;
  readonly sid?: string;
  readonly cnf?: { readonly jkt?: string; readonly 'x5t#S256'?: string };
  readonly status?: { readonly status_list?: { readonly idx?: number; readonly uri?: string } };
};

export function structuredTokens(parts: StructuredParts): StructuredTokens {
  const read = accessTokenVerifier(parts, {
    algorithms: ACCESS_TOKEN_ALGS,
    requiredClaims: ['jti', 'sub', 'client_id', 'iat', 'exp', 'aud'],
    tolerance: 0,
    // Whom it is for, is the caller's business.
    audience: undefined,
    // What Gatehouse has signed is as it makes it.
    read: (payload) => payload as Claims,
  });
  /** By request: what is to be ended may have expired, or lost its key, since it was found. */
  const found = new WeakMap<object, Claims>();
  return {
    async find(model, token) {
      if (!MODELS.has(model)) return undefined;
      const claims = await read(token).catch(() => undefined);
      if (!claims || modelOf(claims) !== model || (await parts.isRevoked(claims))) return undefined;
      if (Provider.ctx) found.set(Provider.ctx, claims);
      return payloadOf(claims, Provider.ctx?.oidc.route === 'revocation' ? MARK + token : claims.jti);
    },
    async end(token) {
      const claims = (Provider.ctx && found.get(Provider.ctx)) ?? (await read(token));
      const grantId = grantIn(claims.jti);
      const { sub, client_id: clientId } = claims;
      if (grantId) return endGrant(parts.work, grantId, { userId: sub, clientId });
      await parts.work.write({ kind: 'end', ending: { kind: 'jti', value: claims.jti, statusIndex: indexIn(claims) } });
      await tellMachineRevoked(parts.work, clientId, claims.jti);
    },
  };
}

const MODELS = new Set(['AccessToken', 'ClientCredentials']);

/** A machine's token is its own client's. */
const modelOf = ({ sub, client_id }: Claims): string => (sub === client_id ? 'ClientCredentials' : 'AccessToken');

const REGISTERED = new Set(['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id', 'scope', 'sid', 'cnf', 'status']);

function payloadOf(claims: Claims, jti: string): AdapterPayload {
  const { sub, client_id: clientId, scope, sid, aud, iat, exp, cnf } = claims;
  const kind = modelOf(claims);
  const extra = Object.fromEntries(Object.entries(claims).filter(([name]) => !REGISTERED.has(name)));
  return {
    ...{ kind, jti, iat, exp, aud, clientId, scope, sid, extra, jkt: cnf?.jkt, 'x5t#S256': cnf?.['x5t#S256'] },
    ...(kind === 'AccessToken' ? { accountId: sub } : {}),
  } as AdapterPayload;
}

/** Its codes, its tokens, stored or not, and the grant itself: what revoking an opaque token comes to. */
export async function endGrant(
  work: UnitOfWork,
  grantId: Buffer,
  of: { readonly userId: string | undefined; readonly clientId: string | undefined },
): Promise<void> {
  for (const model of ['AccessToken', 'RefreshToken', 'AuthorizationCode'] as const)
    await work.write({ kind: 'revoke', model, grantId });
  await work.write({ kind: 'destroy', model: 'Grant', id: grantId });
  await work.write({ kind: 'end', ending: { kind: 'grant', value: grantKey(grantId), grantId } });
  await tellRevoked(work, { ...of, grantId, reason: 'revoked' });
}

/** A machine's token has a place of its own in the status lists. */
function indexIn({ status }: Claims): number | undefined {
  const { idx, uri = '' } = status?.status_list ?? {};
  const list = Number(uri.split('/').at(-1));
  return idx === undefined || !Number.isInteger(list) ? undefined : list * STATUS_LIST_SIZE + idx;
}
