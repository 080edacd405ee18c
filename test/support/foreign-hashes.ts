import { pbkdf2Sync, randomBytes, scryptSync } from 'node:crypto';
import argon2 from 'argon2';
import bcrypt from 'bcrypt';

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
/** passlib's own base64. */
const adapted = (bytes: Buffer): string => unpadded(bytes).replaceAll('+', '.');

/** A password as other systems keep it, by the name of the kind; at costs that a test can pay. */
export async function foreignHashes(password: string): Promise<Record<string, string>> {
  const salt = randomBytes(16);
  const scrypted = scryptSync(password, salt, 32, { N: 2 ** 10, r: 8, p: 1 });
  const pbkdf2 = (digest: string, length: number, from: Buffer | string = salt) =>
    pbkdf2Sync(password, from, 1000, length, digest);
  const cheap = { memoryCost: 1024, timeCost: 2, parallelism: 2 };
  const bcrypted = await bcrypt.hash(password, 4);
  return {
    'bcrypt 2b': bcrypted,
    'bcrypt 2a': bcrypted.replace('$2b', '$2a'),
    'bcrypt 2y': bcrypted.replace('$2b', '$2y'),
    scrypt: `$scrypt$ln=10,r=8,p=1$${unpadded(salt)}$${unpadded(scrypted)}`,
    'PBKDF2 SHA-256, PHC': `$pbkdf2-sha256$i=1000,l=32$${unpadded(salt)}$${unpadded(pbkdf2('sha256', 32))}`,
    'PBKDF2 SHA-512, PHC': `$pbkdf2-sha512$i=1000$${unpadded(salt)}$${unpadded(pbkdf2('sha512', 64))}`,
    'PBKDF2 SHA-256, passlib': `$pbkdf2-sha256$1000$${adapted(salt)}$${adapted(pbkdf2('sha256', 32))}`,
    'PBKDF2, Django': `pbkdf2_sha256$1000$seasalt$${pbkdf2('sha256', 32, 'seasalt').toString('base64')}`,
    Argon2i: await argon2.hash(password, { ...cheap, type: argon2.argon2i }),
    Argon2d: await argon2.hash(password, { ...cheap, type: argon2.argon2d }),
    'Argon2id of less memory': await argon2.hash(password, cheap),
  };
}
