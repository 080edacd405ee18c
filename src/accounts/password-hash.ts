import argon2 from 'argon2';
import { readHash } from './foreign-hashes.ts';
import type { HashQueue } from './hash-queue.ts';

/** Of Argon2id; it has one lane. */
export interface HashParameters {
  readonly memoryKib: number;
  readonly passes: number;
}

/** Hashes and verifies passwords, each in its turn (`HashQueue`). Unicode is put into NFC first, and nothing is cut off. */
export class PasswordHashing {
  readonly queue: HashQueue;
  readonly #options: { readonly memoryCost: number; readonly timeCost: number; readonly parallelism: 1 };
  readonly #present: string;
  readonly #onFailure: (error: unknown) => void;
  #dummy: Promise<string> | undefined;

  /** @param onFailure told why a stored hash could not be checked; never of the hash. */
  constructor({ memoryKib, passes }: HashParameters, queue: HashQueue, onFailure: (error: unknown) => void = () => {}) {
    this.queue = queue;
    this.#onFailure = onFailure;
    this.#options = { memoryCost: memoryKib, timeCost: passes, parallelism: 1 };
    this.#present = `$argon2id$v=19$m=${memoryKib},p=1,t=${passes}$`;
  }

  /** What unknown addresses are checked against: made before anybody comes, so that the first does not wait for it. */
  warm(): Promise<string> {
    return this.#dummyHash();
  }

  /** The Argon2id hash, its parameters within it (PHC string). @throws Problem `busy` */
  hash(password: string): Promise<string> {
    return this.queue.run(() => this.#hash(password));
  }

  /**
   * Whether `password` is what `passwordHash` was made of. Without a hash, or with one that cannot be read or
   * checked, the same work is done in vain (checklist 29). @throws Problem `busy`
   */
  verify(passwordHash: string | undefined, password: string): Promise<boolean> {
    return this.queue.run(async () => {
      // Made for whoever comes first, known or not: made for the first unknown address, it would tell that one apart.
      const dummy = await this.#dummyHash();
      const known = passwordHash === undefined ? undefined : readHash(passwordHash);
      const inVain = async () => {
        await argon2.verify(dummy, password.normalize('NFC'));
        return false;
      };
      if (!known || known.tooCostly) return inVain();
      return known.matches(password).catch((error: unknown) => {
        this.#onFailure(error);
        return inVain();
      });
    });
  }

  /** Whether a hash is another system's, or of other parameters than are set now. */
  needsRehash(passwordHash: string): boolean {
    // Most begin as the library writes them now, and are not taken apart once more.
    if (passwordHash.startsWith(this.#present)) return false;
    return !passwordHash.startsWith('$argon2id$') || argon2.needsRehash(passwordHash, this.#options);
  }

  #hash(password: string): Promise<string> {
    return argon2.hash(password.normalize('NFC'), this.#options);
  }

  #dummyHash(): Promise<string> {
    this.#dummy ??= this.#hash('nobody has this password');
    return this.#dummy;
  }
}
