import assert from 'node:assert/strict';
import { pbkdf2Sync, scryptSync } from 'node:crypto';
import argon2 from 'argon2';
import bcrypt from 'bcrypt';
import { readHash } from '../../../src/accounts/foreign-hashes.ts';
import { foreignHashProblem } from '../../../src/accounts/index.ts';
import { foreignHashes } from '../../support/foreign-hashes.ts';

const SALT = 'c2FsdHNhbHRzYWx0';
const HASH = 'aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';

describe('hashes of other systems', () => {
  it('of every kind match their password, in the case it has, and no other', async () => {
    for (const [kind, hash] of Object.entries(await foreignHashes('Käse & Brot'))) {
      const read = readHash(hash);
      assert.ok(read && !read.tooCostly, kind);
      assert.equal(foreignHashProblem(hash), undefined, kind);
      for (const [password, right] of [
        ['Käse & Brot', true],
        ['käse & Brot', false],
        ['Käse & Brot ', false],
        ['', false],
      ] as const)
        assert.equal(await read.matches(password), right, `${kind}: ${password}`);
    }
  });

  it('as the other systems’ documentation has them', async () => {
    // RFC 7914 §12 and §11, and OpenBSD's and PHP's bcrypt; written as PHC strings.
    const rfc7914 = scryptSync('pleaseletmein', 'SodiumChloride', 64, { N: 16384, r: 8, p: 1 });
    assert.match(rfc7914.toString('hex'), /^7023bdcb3afd7348461c06cd81fd38eb/);
    const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
    const salt = base64(Buffer.from('SodiumChloride'));
    const known: [hash: string, password: string][] = [
      [`$scrypt$ln=14,r=8,p=1$${salt}$${base64(rfc7914)}`, 'pleaseletmein'],
      ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
      ['$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
      // passlib's documentation of pbkdf2_sha256, and Django's format.
      ['$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44', 'password'],
      [
        `pbkdf2_sha256$1000$seasalt$${pbkdf2Sync('lètmein', 'seasalt', 1000, 32, 'sha256').toString('base64')}`,
        'lètmein',
      ],
    ];
    for (const [hash, password] of known) assert.equal(await readHash(hash)?.matches(password), true, hash);
  });

  it('of bcrypt stop at 72 bytes, as bcrypt does, and not at NUL', async () => {
    const long = 'x'.repeat(72);
    const read = readHash(await bcrypt.hash(`${long} and its end`, 4));
    assert.equal(await read?.matches(`${long} and another end`), true);
    assert.equal(await read?.matches('x'.repeat(71)), false);
    assert.equal(await readHash(await bcrypt.hash('before', 4))?.matches('before\0after'), false);
  });

  it('that would take the server down are refused', () => {
    const costly = [
      `$argon2id$v=19$m=2097152,t=1,p=4$${SALT}$${HASH}`,
      `$argon2id$v=19$m=65536,t=1000,p=1$${SALT}$${HASH}`,
      `$argon2i$m=262145,t=1,p=1$${SALT}$${HASH}`,
      `$argon2id$v=19$m=262144,t=1,p=32768$${SALT}$${HASH}`,
      `$argon2id$v=19$m=65536,t=1,p=4096$${SALT}$${HASH}`,
      `$argon2id$v=19$m=65536,t=1,p=17$${SALT}$${HASH}`,
      `$argon2id$v=19$m=128,t=8192,p=16$${SALT}$${HASH}`,
      `$2b$15$${'.'.repeat(53)}`,
      `$2b$31$${'.'.repeat(53)}`,
      `$scrypt$ln=19,r=8,p=1$${SALT}$${HASH}`,
      `$scrypt$ln=15,r=8,p=999$${SALT}$${HASH}`,
      `$scrypt$ln=99,r=8,p=1$${SALT}$${HASH}`,
      `$pbkdf2-sha256$i=100000000$${SALT}$${HASH}`,
      `$pbkdf2-sha512$1500001$${SALT}$${HASH}`,
      `pbkdf2_sha256$999999999$salt$${HASH}=`,
    ];
    for (const hash of costly) assert.equal(foreignHashProblem(hash), 'hash_too_costly', hash);
  });

  it('that nobody can read, or that everybody would match, are refused', () => {
    const unknown = [
      '',
      'password',
      '5f4dcc3b5aa765d61d8327deb882cf99',
      '{SSHA}0c0blFTXXNuAMHECS4uxrj3ZieMoWImr',
      `$argon2id$v=19$m=65536,t=3,p=1$${SALT}$`,
      `$argon2id$v=19$m=65536,t=3$${SALT}$${HASH}`,
      `$argon2id$v=19$m=65536,m=65536,t=3$${SALT}$${HASH}`,
      `$argon2id$v=19$m=8,t=3,p=4$${SALT}$${HASH}`,
      `$argon2x$v=19$m=65536,t=3,p=1$${SALT}$${HASH}`,
      '$2b$10$tooshort',
      `$2b$03$${'.'.repeat(53)}`,
      `$2x$10$${'.'.repeat(53)}`,
      `$scrypt$ln=14,r=8,p=1$${SALT}$`,
      `$scrypt$ln=14,r=8,p=1$${SALT}$c2hvcnQ`,
      `$scrypt$ln=0,r=8,p=1$${SALT}$${HASH}`,
      `$scrypt$ln=16,r=1,p=1$${SALT}$${HASH}`,
      `$pbkdf2-sha256$i=0$${SALT}$${HASH}`,
      `$pbkdf2-md5$i=1000$${SALT}$${HASH}`,
      `$pbkdf2-sha256$i=1000$${SALT}$${HASH}\n`,
    ];
    for (const hash of unknown) assert.equal(foreignHashProblem(hash), 'hash_unknown', JSON.stringify(hash));
  });

  it('are not all there are: those of our own kind are read too', async () => {
    assert.equal(
      foreignHashProblem(await argon2.hash('x', { memoryCost: 19_456, timeCost: 2, parallelism: 1 })),
      undefined,
    );
  });
});
