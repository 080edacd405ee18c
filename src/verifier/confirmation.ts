import { checkCertificate } from './certificate.ts';
import { checkDpop } from './dpop.ts';
import { TokenRefused } from './errors.ts';
import type { ProofMemory } from './proof-memory.ts';
import type { Settings } from './settings.ts';
import type { AccessTokenClaims, Presented } from './types.ts';

/**
 * A token that is bound to a key works only with that key's proof (RFC 7800 §3.1, `cnf`). What it is bound to in a way
 * that we don't know cannot be proved; and a proof proves nothing for a token that is bound to none.
 * @throws TokenRefused
 */
export async function checkConfirmation(
  token: string,
  { cnf }: AccessTokenClaims,
  { dpop, certificate }: Presented,
  settings: Settings,
  memory: ProofMemory,
): Promise<void> {
  const { jkt, x5t } = cnf === undefined ? {} : bindings(cnf);
  if (x5t !== undefined) checkCertificate(x5t, certificate);
  if (jkt !== undefined) {
    if (!dpop) throw new TokenRefused('proof_missing', 'the token is bound to a key, and no proof of it was shown');
    return checkDpop({ thumbprint: jkt, token, presented: dpop }, settings, memory);
  }
  if (dpop)
    throw new TokenRefused('proof_unexpected', 'the token is bound to no key, and was shown with a proof of one');
}

interface Bindings {
  readonly jkt?: string | undefined;
  readonly x5t?: string | undefined;
}

function bindings(cnf: unknown): Bindings {
  if (typeof cnf !== 'object' || cnf === null) throw unknown('by something that is no object');
  const { jkt, 'x5t#S256': x5t, ...others } = cnf as Readonly<Record<string, unknown>>;
  const [other] = Object.keys(others);
  if (other !== undefined) throw unknown(`by "${other}"`);
  if (jkt === undefined && x5t === undefined) throw unknown('by nothing');
  return { jkt: textOf(jkt), x5t: textOf(x5t) };
}

function textOf(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && value !== '')) return value;
  throw unknown('by something that is no text');
}

const unknown = (how: string) => new TokenRefused('confirmation_unknown', `the token is bound ${how}`);
