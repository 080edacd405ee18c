import { pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import argon2 from 'argon2';
import bcrypt from 'bcrypt';

const derivePbkdf2 = promisify(pbkdf2);
const deriveScrypt = promisify<string, Buffer, number, object, Buffer>(scrypt);

/** A stored hash, as far as its text tells. */
export interface ReadHash {
  /** Whether one verification takes more than about a second of a core, or 256 MiB. */
  readonly tooCostly: boolean;
  matches(password: string): Promise<boolean>;
}

/** A way to write hashes; the groups of its pattern are handed to `read`. */
interface Format {
  readonly pattern: RegExp;
  read(groups: readonly string[], text: string): ReadHash | undefined;
}

const MEMORY_MAX = 256 * 1024 * 1024;
/** Bytes that Argon2 and scrypt go through. */
const WORK_MAX = 1024 * 1024 * 1024;
const SCRYPT_WORK_MAX = 256 * 1024 * 1024;
/** Each lane is a thread, made anew four times a pass. */
const ARGON2_LANES_MAX = 16;
const ARGON2_PASSES_MAX = 256;
const PBKDF2_ITERATIONS_MAX = 1_500_000;
const BCRYPT_COST_MAX = 14;
/** bcrypt looks at no more of a password than this. */
const BCRYPT_BYTES = 72;

/** PHC strings of all three; implementations differ in the order of the parameters. */
const argon2Format: Format = {
  pattern:
    /^\$argon2(?:id|i|d)\$(?:v=(?:16|19)\$)?(?=[^$]*m=(\d+))(?=[^$]*t=(\d+))(?=[^$]*p=(\d+))(?:[mtp]=[1-9]\d{0,7},){2}[mtp]=[1-9]\d{0,7}\$[A-Za-z0-9+/]{11,88}\$[A-Za-z0-9+/]{22,88}$/,
  read([m, t, p], text) {
    // The least that RFC 9106 §3.1 allows.
    if (!(Number(m) >= Number(p) * 8 && Number(t) >= 1)) return undefined;
    return {
      tooCostly: argon2TooCostly(Number(m), Number(t)) || Number(p) > ARGON2_LANES_MAX,
      // As our own are made, which these cannot be told from.
      matches: (password) => argon2.verify(text, password.normalize('NFC')),
    };
  },
};

/** `$2y$` is PHP's name for what the others call `$2b$`. What is behind 72 bytes, bcrypt has never looked at. */
const bcryptFormat: Format = {
  pattern: /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/,
  read([cost], text) {
    const hash = text.replace(/^\$2y/, '$2b');
    return {
      tooCostly: Number(cost) > BCRYPT_COST_MAX,
      matches: (password) => bcrypt.compare(Buffer.from(password).subarray(0, BCRYPT_BYTES), hash),
    };
  },
};

/** PHC, as passlib writes it too. */
const scryptFormat: Format = {
  pattern: /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,2}),p=([1-9]\d{0,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]{22,88})$/,
  read([ln, r, p, salt = '', hash = '']) {
    const [N, blocks, lanes] = [2 ** Number(ln), Number(r), Number(p)];
    // RFC 7914 §2: N is less than 2^(128 * r / 8).
    if (Number(ln) >= 16 * blocks) return undefined;
    const memory = 128 * N * blocks;
    const expected = Buffer.from(hash, 'base64');
    const options = { N, r: blocks, p: lanes, maxmem: 2 * MEMORY_MAX };
    return {
      tooCostly: memory > MEMORY_MAX || memory * lanes > SCRYPT_WORK_MAX,
      matches: async (password) =>
        timingSafeEqual(await deriveScrypt(password, Buffer.from(salt, 'base64'), expected.length, options), expected),
    };
  },
};

/** PHC (`i=600000`) and passlib's (`29000`, with a dot where base64 has a plus). */
const pbkdf2Format: Format = {
  pattern: /^\$pbkdf2-(sha256|sha512)\$(?:i=)?([1-9]\d{0,8})(?:,l=\d+)?\$([A-Za-z0-9+/.]+)\$([A-Za-z0-9+/.]{22,88})$/,
  read: ([digest = '', iterations, salt = '', hash = '']) =>
    pbkdf2Hash(digest, Number(iterations), fromBase64(salt), fromBase64(hash)),
};

/** Django's, whose salt is text. */
const djangoFormat: Format = {
  pattern: /^pbkdf2_(sha256|sha512)\$([1-9]\d{0,8})\$([^$]+)\$([A-Za-z0-9+/]{22,88}={0,2})$/,
  read: ([digest = '', iterations, salt = '', hash = '']) =>
    pbkdf2Hash(digest, Number(iterations), Buffer.from(salt), fromBase64(hash)),
};

const FORMATS = [argon2Format, bcryptFormat, scryptFormat, pbkdf2Format, djangoFormat];

/** Reads a stored hash, ours or another system's; undefined when it is none that we know. */
export function readHash(text: string): ReadHash | undefined {
  for (const { pattern, read } of FORMATS) {
    const found = pattern.exec(text);
    if (found) return read(found.slice(1), text);
  }
  return undefined;
}

export type HashProblem = 'hash_unknown' | 'hash_too_costly';

/** Why nobody could sign in by this hash, for an import; undefined when they can. */
export function foreignHashProblem(text: string): HashProblem | undefined {
  const read = readHash(text);
  if (!read) return 'hash_unknown';
  return read.tooCostly ? 'hash_too_costly' : undefined;
}

/** Whether Argon2 with so much memory (KiB) and so many passes takes more than about a second of a core, or 256 MiB. */
export function argon2TooCostly(memoryKib: number, passes: number): boolean {
  const memory = memoryKib * 1024;
  return memory > MEMORY_MAX || memory * passes > WORK_MAX || passes > ARGON2_PASSES_MAX;
}

function pbkdf2Hash(digest: string, iterations: number, salt: Buffer, expected: Buffer): ReadHash {
  const blocks = Math.ceil(expected.length / (digest === 'sha256' ? 32 : 64));
  return {
    tooCostly: iterations * blocks > PBKDF2_ITERATIONS_MAX,
    matches: async (password) =>
      timingSafeEqual(await derivePbkdf2(password, salt, iterations, expected.length, digest), expected),
  };
}

const fromBase64 = (text: string): Buffer => Buffer.from(text.replaceAll('.', '+'), 'base64');
