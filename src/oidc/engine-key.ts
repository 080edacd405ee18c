import { createPublicKey, type KeyObject } from 'node:crypto';
import { ExternalSigningKey, errors } from 'oidc-provider';
import type { SigningKey } from '../keys/index.ts';
import type { Logger } from '../telemetry/index.ts';

/** A signing key as the engine asks for it: it sees the public part, and has the other one sign. */
export class EngineKey extends ExternalSigningKey {
  readonly #key: SigningKey;
  readonly #logger: Logger;
  readonly #publicKey: KeyObject;

  constructor(key: SigningKey, logger: Logger) {
    super();
    this.#key = key;
    this.#logger = logger;
    this.#publicKey = createPublicKey({ key: key.publicJwk as never, format: 'jwk' });
  }

  override get kid(): string {
    return this.#key.kid;
  }

  override get alg(): string {
    return this.#key.alg;
  }

  override keyObject(): KeyObject {
    return this.#publicKey;
  }

  /** A key that does not sign now may do so soon, and nothing is used up meanwhile: 503 (RFC 9110 §15.6.4). */
  override async sign(data: Uint8Array): Promise<Uint8Array> {
    try {
      return await this.#key.sign(data);
    } catch (error) {
      this.#logger.error({ err: error, kid: this.kid }, 'a signing key did not sign');
      throw Object.assign(new errors.TemporarilyUnavailable(CANNOT_SIGN), { status: 503, statusCode: 503 });
    }
  }
}

const CANNOT_SIGN = 'the signing key cannot be reached: try again in a moment';
