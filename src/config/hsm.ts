import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Report } from './document.ts';
import { InvalidValue } from './values.ts';

/** A token that keeps signing keys, and the PKCS#11 module that reaches it. */
export interface HsmSettings {
  /** Path of the module, a shared library. */
  readonly module: string;
  readonly tokenLabel: string;
  readonly pin: string;
  /** The setting that holds the PIN, to be named where it is wrong. */
  readonly pinSetting: string;
  /** Whether new keys are made there; else those that are there serve until they are retired. */
  readonly makesKeys: boolean;
  /** Whether a retired key's private part is destroyed there. */
  readonly destroysRetired: boolean;
  /** How many calls of the module may be under way; each takes a thread of libuv's pool. */
  readonly sessions: number;
}

/** The text of a setting, or undefined where it is not set; throws InvalidValue. */
export type SecretOf = (setting: string) => string | undefined;

/** What tokens can make keys for. */
const ALGORITHMS: readonly string[] = ['ES256', 'ES384', 'RS256', 'PS256'];

/** The members of `signing_keys` that say where keys are kept; what is wrong with one by itself is told with the others. */
export const hsmMembers = {
  store: z.enum(['database', 'pkcs11']).default('database'),
  pkcs11: z
    .strictObject({
      module: z.string().refine(isAbsolute, 'must be the whole path of a shared library'),
      token_label: z.string().refine(fitsLabel, 'must have 1 to 32 characters'),
      pin_env: z
        .string()
        .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be the name of an environment variable')
        .default('GATEHOUSE_HSM_PIN'),
      destroy_retired: z.boolean().default(true),
      sessions: z.int().min(1).max(64).default(2),
    })
    .exactOptional(),
};

/** A token's label has 32 bytes of UTF-8. */
function fitsLabel(label: string): boolean {
  const bytes = Buffer.byteLength(label);
  return bytes >= 1 && bytes <= 32;
}

/**
 * Where signing keys are kept, if not in the database alone.
 * @param report of what does not go together, by its path within `signing_keys`
 */
export function readHsm(
  section: unknown,
  algorithms: readonly string[],
  secretOf: SecretOf,
  report: Report,
): HsmSettings | undefined {
  const { data } = z.object(hsmMembers).safeParse(section ?? {});
  if (!data) return undefined;
  const { store, pkcs11 } = data;
  const makesKeys = store === 'pkcs11';
  const others = algorithms.filter((alg) => !ALGORITHMS.includes(alg));
  if (makesKeys && others.length > 0) {
    const problem = `has ${others.join(', ')}, which store: pkcs11 does not make: use ${ALGORITHMS.join(', ')}`;
    report(['algorithms'], problem);
  }
  if (!pkcs11) {
    if (makesKeys) report(['store'], 'needs the section pkcs11 beside it: module and token_label');
    return undefined;
  }
  const { module, token_label, pin_env, destroy_retired, sessions } = pkcs11;
  return {
    ...{ module, tokenLabel: token_label, sessions, makesKeys, destroysRetired: destroy_retired },
    ...{ pin: readPin(pin_env, secretOf, report), pinSetting: pin_env },
  };
}

function readPin(setting: string, secretOf: SecretOf, report: Report): string {
  try {
    const pin = secretOf(setting);
    if (pin !== undefined) return pin;
    throw new InvalidValue(`${setting} is not set: set it to the PIN of the token’s user`);
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    report(['pkcs11', 'pin_env'], error.message);
    return '';
  }
}
