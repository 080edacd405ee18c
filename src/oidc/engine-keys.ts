import { createPublicKey, type KeyObject } from 'node:crypto';
import { ExternalSigningKey, errors } from 'oidc-provider';
import type { BrokenKey, KeyRing, PublicKey, Sign, SigningKey } from '../keys/index.ts';
import type { Logger } from '../telemetry/index.ts';

/**
 * What the engine signs with, and knows an ID token's hint again by. It sees the public parts, and has the keys sign
 * wherever they are kept.
 */
export function engineKeys({ keys, broken }: KeyRing, logger: Logger): EngineKey[] {
  const unopened = broken.flatMap((key) =>
    key.publicJwk ? [new EngineKey({ ...key, publicJwk: key.publicJwk }, () => cannot(key))] : [],
  );
  return [...keys.map((key) => new EngineKey(key, orLater(key, logger))), ...unopened];
}

/** A key that does not sign yet, or not any more, is there to verify: an algorithm without an active key signs nothing. */
const VERIFY = ['verify'];

/** The engine takes whatever key fits, so each says what it is for. */
class EngineKey extends ExternalSigningKey {
  readonly #key: PublicKey;
  readonly #sign: Sign;
  readonly #publicKey: KeyObject;

  constructor(key: PublicKey, sign: Sign) {
    super();
    this.#key = key;
    this.#sign = sign;
    this.#publicKey = createPublicKey({ key: { ...key.publicJwk }, format: 'jwk' });
  }

  override get kid() {
    return this.#key.kid;
  }

  override get alg() {
    return this.#key.alg;
  }

  override get key_ops() {
    return this.#key.state === 'active' ? undefined : VERIFY;
  }

  override keyObject() {
    return this.#publicKey;
  }

  override sign(data: Uint8Array) {
    return this.#sign(data);
  }
}

async function cannot({ kid, alg, problem }: BrokenKey): Promise<never> {
  throw new Error(`signing key ${kid} (${alg}) ${problem}`);
}

/** A key that is out of reach may be back soon, and nothing was used up: 503 (RFC 9110 §15.6.4). */
function orLater({ kid, sign }: SigningKey, logger: Logger): Sign {
  return async (data) => {
    try {
      return await sign(data);
    } catch (error) {
      logger.error({ err: error, kid }, 'a signing key did not sign');
      throw Object.assign(new errors.TemporarilyUnavailable(OUT_OF_REACH), { status: 503, statusCode: 503 });
    }
  };
}

const OUT_OF_REACH = 'the signing key cannot be reached: try again in a moment';
