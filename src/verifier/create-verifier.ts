import { readAccessToken } from './access-token.ts';
import { checkConfirmation } from './confirmation.ts';
import { TokenRefused, Unavailable, VerifierError } from './errors.ts';
import { KeySet } from './key-set.ts';
import { ProofMemory } from './proof-memory.ts';
import { settingsOf, type VerifierOptions } from './settings.ts';
import type { AccessTokenClaims, Revocations, Verifier } from './types.ts';

/**
 * What checks the access tokens of an issuer for an API. It fetches nothing until the first token, or `ready()`.
 * @throws TypeError when an option cannot be right.
 */
export function createVerifier(options: VerifierOptions): Verifier {
  const settings = settingsOf(options);
  const keys = new KeySet(settings);
  const memory = new ProofMemory(settings);
  const { revocations, audience, proofAlgorithms } = settings;
  return {
    audience,
    proofAlgorithms,
    async verify(token, presented = {}) {
      const claims = await readAccessToken(token, keys, settings, presented.correlationId);
      await checkConfirmation(token, claims, presented, settings, memory);
      if (revocations) await checkRevocation(claims, revocations);
      return claims;
    },
    async ready() {
      await Promise.all([keys.ready(undefined), revocations?.ready?.()]);
    },
    refresh: () => keys.refresh(undefined),
    close: () => revocations?.close(),
  };
}

async function checkRevocation(claims: AccessTokenClaims, revocations: Revocations): Promise<void> {
  if (await ask(claims, revocations)) throw new TokenRefused('token_revoked', 'the token was taken back');
}

async function ask(claims: AccessTokenClaims, revocations: Revocations): Promise<boolean> {
  try {
    return await revocations.isRevoked(claims);
  } catch (cause) {
    if (cause instanceof VerifierError) throw cause;
    throw new Unavailable('revocations_unavailable', 'nobody can tell whether the token was taken back', { cause });
  }
}
