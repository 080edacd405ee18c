import { errors, type JWTHeaderParameters, type JWTPayload, jwtVerify } from 'jose';
import { type RefusalCode, TokenRefused, VerifierError } from './errors.ts';
import type { KeySet } from './key-set.ts';
import type { Settings } from './settings.ts';
import type { AccessTokenClaims } from './types.ts';

/** Characters, before anything of it is read. */
const LONGEST = 16 * 1024;
/** Stricter than jose, which reads past white space: one token has one spelling. */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const REQUIRED = ['iss', 'sub', 'aud', 'exp', 'iat', 'jti', 'client_id'];

/**
 * The claims of a JWT access token (RFC 9068 §4). The key is the one that its `kid` names among the issuer's; whatever
 * else its header offers (`jku`, `jwk`, `x5u`, `x5c`) is not looked at.
 */
export async function readAccessToken(
  token: string,
  keys: KeySet,
  settings: Settings,
  correlationId: string | undefined,
): Promise<AccessTokenClaims> {
  if (typeof token !== 'string') throw new TokenRefused('token_malformed', 'there is no token');
  if (token.length > LONGEST)
    throw new TokenRefused('token_too_large', `the token has more than ${LONGEST} characters`);
  if (!SHAPE.test(token)) throw new TokenRefused('token_malformed', 'this is no signed JWT');
  const { issuer, audience, algorithms, clockTolerance, clock, onKeyUsed } = settings;
  const keyOf = async (header: JWTHeaderParameters) => {
    const key = await keys.keyFor(header, correlationId);
    if (header.kid) onKeyUsed?.(header.kid);
    return key;
  };
  const verified = await jwtVerify(token, keyOf, {
    issuer,
    audience: [...audience],
    typ: 'at+jwt',
    algorithms: [...algorithms],
    requiredClaims: REQUIRED,
    clockTolerance,
    currentDate: clock.now(),
  }).catch((error: unknown) => {
    throw refusalOf(error);
  });
  return checkKinds(verified.payload);
}

/** What a gateway goes by is text or numbers, as it says. */
function checkKinds(claims: JWTPayload): AccessTokenClaims {
  for (const claim of ['sub', 'jti', 'client_id']) {
    if (typeof claims[claim] !== 'string' || claims[claim] === '') throw wrong(claim);
  }
  if (claims['scope'] !== undefined && typeof claims['scope'] !== 'string') throw wrong('scope');
  return claims as AccessTokenClaims;
}

const wrong = (claim: string, cause?: unknown) =>
  new TokenRefused('token_claim', `the claim "${claim}" is missing or not as it should be`, { claim, cause });

/** Everything is a refusal that we did not expect: a token that cannot be read is no good one. */
function refusalOf(error: unknown): unknown {
  if (error instanceof VerifierError) return error;
  if (error instanceof errors.JWTExpired) return new TokenRefused('token_expired', 'the token has expired');
  if (error instanceof errors.JWTClaimValidationFailed) return claimRefusal(error);
  const code: RefusalCode =
    error instanceof errors.JOSEAlgNotAllowed
      ? 'token_algorithm'
      : error instanceof errors.JWSSignatureVerificationFailed
        ? 'token_signature'
        : 'token_malformed';
  const message = error instanceof Error ? error.message : String(error);
  return new TokenRefused(code, message, { cause: error });
}

function claimRefusal(error: errors.JWTClaimValidationFailed): TokenRefused {
  if (error.claim === 'typ') return new TokenRefused('token_type', 'this is a JWT of another kind', { cause: error });
  if (error.claim === 'nbf') return new TokenRefused('token_not_yet_valid', 'the token is not valid yet');
  return wrong(error.claim, error);
}
