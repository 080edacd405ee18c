import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';

const VERSION = 1;
const FINGERPRINT = 8;
const NONCE = 12;
const TAG = 16;

/** What is wrong with a value that none of the master keys has sealed, as the end of a sentence about it. */
export const OTHER_MASTER_KEY = 'was sealed with another master key';
const CHANGED = 'has been changed since it was sealed';

/** The sealed value cannot be opened: another master key, or changed bytes. */
export class SealError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SealError';
  }
}

/**
 * What is sealed: each use has a key of its own, so that a value sealed for one never opens as another.
 * `context` is what the value belongs to, such as its row: moved to another row it does not open.
 */
export interface SealContext {
  readonly use: 'signing key' | 'pairwise salt' | 'mail' | 'auth session' | 'cursor';
  readonly context: string;
}

/**
 * Seals a secret with AES-256-GCM under the newest master key.
 * Layout: version (1) · master key's fingerprint (8) · nonce (12) · tag (16) · ciphertext.
 */
export function seal(plaintext: string, masterKeys: readonly Buffer[], { use, context }: SealContext): Buffer {
  const [master] = masterKeys;
  if (!master) throw new SealError('there is no master key');
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', sealingKey(master, use), nonce).setAAD(Buffer.from(context));
  const ciphertext = Buffer.concat([cipher.update(plaintext, 'utf8'), cipher.final()]);
  return Buffer.concat([Buffer.of(VERSION), fingerprint(master), nonce, cipher.getAuthTag(), ciphertext]);
}

/**
 * Opens what `seal` made, with whichever of the master keys sealed it.
 * @throws SealError when none of them did, or a bit has changed.
 */
export function open(sealed: Buffer, masterKeys: readonly Buffer[], context: SealContext): string {
  const parts = split(sealed);
  const own = masterKeys.find((master) => fingerprint(master).equals(parts.fingerprint));
  const text = own && decrypt(parts, own, context);
  if (text !== undefined) return text;
  // Where one of them opens it all the same, it is the fingerprint that was changed.
  const isOurs = own ?? masterKeys.find((master) => decrypt(parts, master, context) !== undefined);
  throw new SealError(isOurs ? CHANGED : OTHER_MASTER_KEY);
}

/** Undefined where it was sealed with another key, or changed. */
function decrypt(parts: Parts, master: Buffer, { use, context }: SealContext): string | undefined {
  const decipher = createDecipheriv('aes-256-gcm', sealingKey(master, use), parts.nonce, { authTagLength: TAG });
  decipher.setAAD(Buffer.from(context)).setAuthTag(parts.tag);
  try {
    return Buffer.concat([decipher.update(parts.ciphertext), decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

type Parts = ReturnType<typeof split>;

/** Whether this master key sealed it. */
export function isSealedWith(sealed: Buffer, master: Buffer | undefined): boolean {
  return master !== undefined && split(sealed).fingerprint.equals(fingerprint(master));
}

function split(sealed: Buffer) {
  const head = 1 + FINGERPRINT + NONCE + TAG;
  if (sealed.length <= head || sealed[0] !== VERSION) throw new SealError('is not a sealed value');
  return {
    fingerprint: sealed.subarray(1, 1 + FINGERPRINT),
    nonce: sealed.subarray(1 + FINGERPRINT, 1 + FINGERPRINT + NONCE),
    tag: sealed.subarray(head - TAG, head),
    ciphertext: sealed.subarray(head),
  };
}

/** The master key itself encrypts nothing. */
function sealingKey(master: Buffer, use: SealContext['use']): Buffer {
  return Buffer.from(hkdfSync('sha256', master, Buffer.alloc(0), `gatehouse ${use} seal v1`, 32));
}

/** Tells which master key sealed a value, and nothing about it. */
function fingerprint(master: Buffer): Buffer {
  return createHash('sha256')
    .update('gatehouse master key fingerprint')
    .update(master)
    .digest()
    .subarray(0, FINGERPRINT);
}
