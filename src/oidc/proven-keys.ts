import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { addressOf } from './challenge.ts';
import { DpopProofError } from './dpop-proof.ts';
import { type Possession, thumbprintOf } from './possession.ts';
import { PROOF_LIFE } from './replay.ts';

/** The keys that a request has shown to hold, named as in a token's `cnf` (RFC 7800). */
export interface ProvenKeys {
  readonly jkt?: string;
  readonly 'x5t#S256'?: string;
}

/**
 * What a request to the token endpoint proves, before the engine looks, or where it never will. The client has to be
 * known already. The proof is claimed, once for a request, however often it is looked at: shown by another it is lost,
 * with all that one writes.
 * @throws InvalidDpopProof, UseDpopNonce, as the engine would.
 */
export async function provenKeys(ctx: KoaContextWithOIDC, possession: Possession): Promise<ProvenKeys> {
  const certificate = possession.certificateOf(ctx)?.certificate;
  return {
    ...(possession.hasProof(ctx) ? { jkt: await keyOfProof(ctx, possession) } : {}),
    ...(certificate ? { 'x5t#S256': thumbprintOf(certificate) } : {}),
  };
}

/** That by which a request proves who it comes from; undefined where it shows none. */
export async function provenKey(ctx: KoaContextWithOIDC, possession: Possession): Promise<string | undefined> {
  const { jkt, 'x5t#S256': certificate } = await provenKeys(ctx, possession);
  return jkt ?? certificate;
}

async function keyOfProof(ctx: KoaContextWithOIDC, { checkProof, claim }: Possession): Promise<string> {
  const { client, issuer } = ctx.oidc;
  if (!client) throw new TypeError('a proof is claimed for a client that is known');
  const nonceRequired = client['require_dpop_nonce'] === true;
  const request = { method: ctx.method, url: issuer + addressOf(ctx), nonceRequired };
  const { jkt, jti } = await checkProof(ctx, request).catch((error: unknown) => refuse(ctx, error));
  await claim(ctx, client.clientId, jti, PROOF_LIFE);
  return jkt;
}

function refuse(ctx: KoaContextWithOIDC, error: unknown): never {
  if (!(error instanceof DpopProofError)) throw error;
  if (error.nonce === undefined) throw new errors.InvalidDpopProof(error.message);
  ctx.set('DPoP-Nonce', error.nonce);
  throw new errors.UseDpopNonce(error.message);
}
