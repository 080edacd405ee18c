import type { KoaContextWithOIDC } from 'oidc-provider';
import type { UnitOfWork } from '../artifacts/index.ts';
import { ASSESSMENT_SCOPE, type ResourceDeclaration } from '../config/index.ts';
import { sha256 } from '../kernel/ids.ts';
import { placeOf, type StatusIndexes } from '../revocations/index.ts';
import { sittingClaims, sittingOf } from './candidate-account.ts';
import { tokenId } from './token-id.ts';

/** As much of the engine's token as is looked at. */
interface IssuedToken {
  readonly aud?: string | string[];
  readonly grantId?: string;
  readonly sid?: string;
  readonly resourceServer?: { readonly accessTokenFormat?: string };
}

interface ClaimParts {
  readonly issuer: string;
  readonly resources: readonly ResourceDeclaration[];
  readonly work: UnitOfWork;
  readonly statusIndexes: StatusIndexes;
}

/** Where a status list is served. */
export const statusListUri = (issuer: string, list: number): string => `${issuer}/oauth2/status-lists/${list}`;

/**
 * What an access token says beside what RFC 9068 has it say: the session it can be ended by, its place in a status list
 * (draft-ietf-oauth-status-list §6.1), and of the person no more than its API's declaration asks for.
 */
export function extraTokenClaims({ issuer, resources, work, statusIndexes }: ClaimParts) {
  const wanted = new Map(resources.map(({ identifier, claims = [] }) => [identifier, claims]));
  const indexOf = async ({ grantId }: IssuedToken) =>
    // Tokens of one grant share a place: they end together. It was looked up just now, for the engine.
    grantId === undefined ? statusIndexes.take() : (await work.find('Grant', 'id', sha256(grantId)))?.statusIndex;
  return async (ctx: KoaContextWithOIDC, token: object): Promise<Record<string, unknown>> => {
    const { aud, sid, resourceServer, ...rest } = token as IssuedToken;
    const own = { ...(sid ? { sid } : {}), ...ofCandidate(ctx) };
    if (resourceServer?.accessTokenFormat !== 'jwt') return own;
    const index = await indexOf(rest);
    return {
      ...own,
      ...(index === undefined ? {} : status(issuer, index)),
      ...(await personal(ctx, wanted.get(String(aud)))),
    };
  };
}

function status(issuer: string, index: number) {
  const { list, idx } = placeOf(index);
  return { status: { status_list: { idx, uri: statusListUri(issuer, list) } } };
}

/** Who sits what, to whoever asked for it; everything that comes of the code or of the refresh was asked for there. */
function ofCandidate(ctx: KoaContextWithOIDC): Record<string, unknown> {
  const sitting = sittingOf(ctx);
  const { AuthorizationCode, RefreshToken } = ctx.oidc.entities;
  const asked = (AuthorizationCode ?? RefreshToken)?.scope?.split(' ') ?? [];
  return sitting && asked.includes(ASSESSMENT_SCOPE) ? sittingClaims(sitting) : {};
}

/** Claims about the person that the API's declaration names. */
async function personal(ctx: KoaContextWithOIDC, names: readonly string[] = []): Promise<Record<string, unknown>> {
  const { account } = ctx.oidc;
  if (names.length === 0 || !account) return {};
  const all = (await account.claims('id_token', '', {}, [])) as Record<string, unknown>;
  return Object.fromEntries(names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]])));
}

/** The engine's `formats.customizers.jwt`: the id names the grant. */
export function nameGrant(_ctx: unknown, token: object, jwt: { payload: Record<string, unknown> }): void {
  const { grantId } = token as IssuedToken;
  jwt.payload['jti'] = tokenId(grantId, String(jwt.payload['jti']));
}
