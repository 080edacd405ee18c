import type { Verifier } from './types.ts';

/** What was wrong, as far as a caller may know, and with which scheme it was tried. */
export interface Challenge {
  readonly scheme?: Scheme | undefined;
  readonly error?: string;
  readonly scope?: string;
}

export type Scheme = 'Bearer' | 'DPoP';

/**
 * `WWW-Authenticate`: each scheme that may be used, the one that was tried first, with the error (RFC 6750 §3, RFC 9449
 * §7.1). Where nothing was shown there is no error.
 */
export function challengeOf(
  verifier: Verifier,
  schemes: readonly Scheme[],
  { scheme, error, scope }: Challenge,
): string {
  const first = schemes.includes(scheme ?? 'Bearer') ? scheme : undefined;
  const ordered = [...schemes].sort((a, b) => Number(b === first) - Number(a === first));
  return ordered
    .map((each) => {
      const told = each === (first ?? 'Bearer') ? { error, scope } : {};
      const algs = each === 'DPoP' ? verifier.proofAlgorithms.join(' ') : undefined;
      return `${each} ${parameters({ realm: verifier.audience[0], ...told, algs })}`;
    })
    .join(', ');
}

function parameters(given: Readonly<Record<string, string | undefined>>): string {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return said.map(([name, value]) => `${name}="${String(value).replace(/["\\]/g, '\\$&')}"`).join(', ');
}
