import { CKA_ID, CKF_RW_SESSION, CKF_SERIAL_SESSION, CKU_USER } from './constants.ts';
import type { Attribute, Cryptoki, Mechanism, Ulong } from './cryptoki.ts';

/** Longer than any attribute that is read, and than any signature: RSA of 8192 bits. */
const LONGEST = 1024;
/** More objects than one key pair has. */
const MOST = 16;

export const attribute = (type: number, pValue: Buffer): Attribute => ({ type, pValue, ulValueLen: pValue.length });

export const mechanism = (code: number, pParameter: Buffer | null = null): Mechanism => ({
  mechanism: code,
  pParameter,
  ulParameterLen: pParameter?.length ?? 0,
});

/** A session with a token: one call at a time. Object handles are good for as long as it is. */
export class Session {
  readonly #cryptoki: Cryptoki;
  readonly #handle: Ulong;
  readonly #objects = new Map<string, Ulong>();

  private constructor(cryptoki: Cryptoki, handle: Ulong) {
    this.#cryptoki = cryptoki;
    this.#handle = handle;
  }

  static async open(cryptoki: Cryptoki, slot: Ulong): Promise<Session> {
    const out: [Ulong] = [0];
    await cryptoki.openSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, null, null, out);
    return new Session(cryptoki, out[0]);
  }

  /** As the token's user: for all sessions of this process with it. */
  async login(pin: string): Promise<void> {
    const bytes = Buffer.from(pin);
    await this.#cryptoki.login(this.#handle, CKU_USER, bytes, bytes.length);
  }

  /** @returns the public key's handle; whoever wants the private one finds it by its id */
  async generate(how: Mechanism, publicPart: readonly Attribute[], privatePart: readonly Attribute[]): Promise<Ulong> {
    const [publicKey, privateKey]: [[Ulong], [Ulong]] = [[0], [0]];
    const templates = [publicPart, publicPart.length, privatePart, privatePart.length];
    await this.#cryptoki.generate(this.#handle, how, ...templates, publicKey, privateKey);
    return publicKey[0];
  }

  async read(object: Ulong, type: number): Promise<Buffer> {
    const value = Buffer.alloc(LONGEST);
    const template = [attribute(type, value)];
    await this.#cryptoki.getAttribute(this.#handle, object, template, 1);
    return value.subarray(0, Number(template[0]?.ulValueLen));
  }

  /** @returns undefined when the token has no such object */
  async find(...template: Attribute[]): Promise<Ulong | undefined> {
    const key = template.map(({ type, pValue }) => `${type} ${pValue.toString('hex')}`).join();
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const [found] = await this.#list(template);
    if (found !== undefined) this.#objects.set(key, found);
    return found;
  }

  async sign(how: Mechanism, key: Ulong, data: Buffer): Promise<Buffer> {
    const signature = Buffer.alloc(LONGEST);
    const length: [Ulong] = [LONGEST];
    await this.#cryptoki.signInit(this.#handle, how, key);
    await this.#cryptoki.sign(this.#handle, data, data.length, signature, length);
    return signature.subarray(0, Number(length[0]));
  }

  /** Both parts of a key pair. */
  async destroy(id: Buffer): Promise<void> {
    for (const object of await this.#list([attribute(CKA_ID, id)])) {
      await this.#cryptoki.destroy(this.#handle, object);
    }
  }

  /** Of a session that is gone already there is nothing to close. */
  async close(): Promise<void> {
    await this.#cryptoki.closeSession(this.#handle).catch(() => undefined);
  }

  async #list(template: readonly Attribute[]): Promise<Ulong[]> {
    const found: Ulong[] = new Array(MOST).fill(0);
    const count: [Ulong] = [0];
    await this.#cryptoki.findInit(this.#handle, template, template.length);
    await this.#cryptoki.find(this.#handle, found, MOST, count);
    await this.#cryptoki.findFinal(this.#handle);
    return found.slice(0, Number(count[0]));
  }
}
