import { createPublicKey } from 'node:crypto';
import { type Configuration, ExternalSigningKey } from 'oidc-provider';
import type { BrokenKey, KeyRing, PublicKey, SigningKey } from '../keys/index.ts';

type EngineKeys = NonNullable<Configuration['jwks']>['keys'];

/** What the engine signs with, and knows an ID token's hint again by. It takes whatever fits, so each says what it is for. */
export function engineKeys({ keys, broken }: KeyRing): EngineKeys {
  const unopened = broken.flatMap((key) =>
    key.publicJwk ? [new UnopenedKey({ ...key, publicJwk: key.publicJwk })] : [],
  );
  return [...keys.map(asJwk), ...unopened] as EngineKeys;
}

/** A key that does not sign yet, or not any more, is there to verify: an algorithm without an active key signs nothing. */
function asJwk({ privateJwk, state }: SigningKey) {
  return state === 'active' ? privateJwk : { ...privateJwk, key_ops: VERIFY };
}

const VERIFY = ['verify'];

/** A key without its private part: it verifies, and says what is wrong with it when it has to sign. */
class UnopenedKey extends ExternalSigningKey {
  readonly #key: BrokenKey & PublicKey;

  constructor(key: BrokenKey & PublicKey) {
    super();
    this.#key = key;
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
    return createPublicKey({ key: { ...this.#key.publicJwk }, format: 'jwk' });
  }

  override sign(): never {
    throw new Error(`signing key ${this.#key.kid} (${this.#key.alg}) ${this.#key.problem}`);
  }
}
