import argon2 from 'argon2';
import { readHash } from './foreign-hashes.ts';
import type { HashQueue } from './hash-queue.ts';
import { type HashParameters, strongerThan } from './hash-strength.ts';

/** Hashes and verifies passwords, each in its turn (`HashQueue`). Unicode is put into NFC first, and nothing is cut off. */
export class PasswordHashing {
  readonly queue: HashQueue;
  readonly #set: HashParameters;
  readonly #present: string;
  readonly #onFailure: (error: unknown) => void;
  #dummy: Promise<string> | undefined;

  /** @param onFailure told why a stored hash could not be checked; never of the hash. */
  constructor(set: HashParameters, queue: HashQueue, onFailure: (error: unknown) => void = () => {}) {
    this.queue = queue;
    this.#onFailure = onFailure;
    this.#set = set;
    this.#present = `$argon2id$v=19$m=${set.memoryKib},p=1,t=${set.passes}$`;
  }

  /** What unknown addresses are checked against: made before anybody comes, so that the first does not wait for it. */
  warm(): Promise<string> {
    return this.#dummyHash();
  }

  /**
   * The Argon2id hash, its parameters within it (PHC string).
   * @param parameters what is set, where nothing is said
   * @throws Problem `busy`
   */
  hash(password: string, parameters = this.#set): Promise<string> {
    return this.queue.run(() => this.#hash(password, parameters));
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

  /** What to replace a hash with that is another system's, or weaker than is set now; undefined where it may stay. */
  strongerThan(passwordHash: string): HashParameters | undefined {
    // Most begin as the library writes them now, and are not taken apart once more.
    return passwordHash.startsWith(this.#present) ? undefined : strongerThan(passwordHash, this.#set);
  }

  #hash(password: string, { memoryKib, passes } = this.#set): Promise<string> {
    return argon2.hash(password.normalize('NFC'), { memoryCost: memoryKib, timeCost: passes, parallelism: 1 });
  }

  #dummyHash(): Promise<string> {
    this.#dummy ??= this.#hash('nobody has this password');
    return this.#dummy;
  }
}
