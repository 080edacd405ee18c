import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, type JWK } from 'jose';

/** A private key as somebody brings it: text of a PEM or JWK file. */
export interface KeyFile {
  /** How it is named in what is said about it. */
  readonly name: string;
  readonly text: string;
  readonly passphrase?: string | undefined;
}

/** A key that can be imported. */
export interface ReadKey {
  readonly kid: string;
  readonly alg: string;
  readonly publicJwk: JWK;
  readonly privateJwk: JWK;
}

/** Why a file is none; in words for an operator, without a byte of the file. */
export class KeyFileError extends Error {
  constructor(name: string, problem: string) {
    super(`${name} ${problem}`);
    this.name = 'KeyFileError';
  }
}

const RSA_BITS = 2048;
const CURVES: Readonly<Record<string, string>> = { prime256v1: 'ES256', secp384r1: 'ES384' };

/**
 * Reads a private key: PEM (PKCS#8, encrypted or not, SEC1, PKCS#1) or JWK; EC P-256 and P-384, RSA of 2048 bits and
 * more, Ed25519. Its kid is its RFC 7638 thumbprint, whatever the file says.
 * @param algorithms those that keys sign with here, in order: an RSA key serves the first that fits
 * @throws KeyFileError
 */
export async function readKey(file: KeyFile, algorithms: readonly string[]): Promise<ReadKey> {
  const key = parse(file);
  const alg = algorithmOf(file, key, algorithms);
  const publicJwk = createPublicKey(key).export({ format: 'jwk' }) as JWK;
  const kid = await calculateJwkThumbprint(publicJwk);
  const named = (jwk: JWK): JWK => ({ ...jwk, kid, alg, use: 'sig' });
  return { kid, alg, publicJwk: named(publicJwk), privateJwk: named(key.export({ format: 'jwk' }) as JWK) };
}

function parse({ name, text, passphrase }: KeyFile): KeyObject {
  if (text.includes('BEGIN CERTIFICATE')) throw new KeyFileError(name, 'is a certificate: the private key is needed');
  if (text.includes('PUBLIC KEY-----')) throw new KeyFileError(name, 'is a public key: the private key is needed');
  if (text.trimStart().startsWith('{')) return parseJwk(name, text);
  try {
    return createPrivateKey({ key: text, format: 'pem', ...(passphrase === undefined ? {} : { passphrase }) });
  } catch (error) {
    throw new KeyFileError(name, pemProblem(error, text, passphrase));
  }
}

function parseJwk(name: string, text: string): KeyObject {
  let jwk: JWK;
  try {
    jwk = JSON.parse(text);
  } catch {
    throw new KeyFileError(name, 'is not valid JSON');
  }
  if ('keys' in jwk) throw new KeyFileError(name, 'is a set of keys: put each into a file of its own');
  if (jwk.kty !== 'oct' && !('d' in jwk || 'priv' in jwk))
    throw new KeyFileError(name, 'is a public key: the private key is needed');
  try {
    return createPrivateKey({ key: jwk as never, format: 'jwk' });
  } catch {
    throw new KeyFileError(name, 'is no private key of a kind that signs here (EC, RSA, Ed25519)');
  }
}

function pemProblem(error: unknown, text: string, passphrase: string | undefined): string {
  if (passphrase === undefined && text.includes('ENCRYPTED')) return 'is encrypted: give its passphrase';
  if (/BAD_DECRYPT|BAD_PASSWORD|DECRYPT/i.test(String(error))) return 'does not open with this passphrase';
  return 'is neither a PEM nor a JWK private key';
}

function algorithmOf({ name }: KeyFile, key: KeyObject, algorithms: readonly string[]): string {
  const fitting = fittingAlgorithms(name, key);
  const alg = algorithms.find((each) => fitting.includes(each));
  if (alg) return alg;
  throw new KeyFileError(name, `signs ${fitting.join(' or ')}: add it to signing_keys.algorithms first`);
}

function fittingAlgorithms(
  name: string,
  { asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject,
): string[] {
  if (type === 'ed25519') return ['Ed25519', 'EdDSA'];
  if (type?.startsWith('ml-dsa-')) return [type.toUpperCase()];
  if (type === 'rsa') {
    const bits = details?.modulusLength ?? 0;
    if (bits < RSA_BITS) throw new KeyFileError(name, `is RSA of ${bits} bits: at least ${RSA_BITS} are needed`);
    return ['RS256', 'PS256'];
  }
  const alg = type === 'ec' ? CURVES[details?.namedCurve ?? ''] : undefined;
  if (alg) return [alg];
  const kind = type === 'ec' ? `the curve ${details?.namedCurve}` : `the kind ${type}`;
  throw new KeyFileError(name, `is of ${kind}, which signs nothing here: use EC P-256 or P-384, RSA or Ed25519`);
}
