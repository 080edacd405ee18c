import { hkdfSync } from 'node:crypto';
import type { Configuration } from 'oidc-provider';
import type { Config } from '../config/index.ts';

/** No RSA: a stranger chooses the key, and with it how long it takes to verify. */
export const DPOP_ALGORITHMS = ['ES256', 'Ed25519', 'EdDSA'] as const;

/** Seconds that a proof's `iat` may lie behind or ahead. The engine's number. */
export const PROOF_WINDOW = 300;

type DPoPFeature = NonNullable<NonNullable<Configuration['features']>['dPoP']>;

/** DPoP (RFC 9449): what the engine has to be told. */
export function dpopFeature({ masterKeys }: Config): DPoPFeature {
  return {
    enabled: true,
    nonceSecret: nonceSecret(masterKeys),
    // The client is known where it asks for tokens; elsewhere a proof is held against its time.
    requireNonce: (ctx) => ctx.oidc.client?.['require_dpop_nonce'] === true,
    allowReplay: false,
  };
}

/** Of the newest master key, so that every node makes and knows the same nonces, before and after a restart. */
export function nonceSecret([master]: readonly Buffer[]): Buffer {
  if (!master) throw new TypeError('there is no master key');
  return Buffer.from(hkdfSync('sha256', master, '', 'gatehouse dpop nonce v1', 32));
}
