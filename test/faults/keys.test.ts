import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import { freePort } from '../support/ports.ts';
import { Running } from '../support/running.ts';

describe('faults: gatehouse keys', function () {
  this.timeout(60_000);
  const running = new Running();
  afterEach(() => running.endAll());

  it('lists, rotates, imports and reseals while a server runs, which follows', async () => {
    const cwd = await realpath(await running.folder());
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const text = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    await mkdir(join(cwd, 'keys'));
    await writeFile(join(cwd, 'keys', 'mounted.pem'), text, { mode: 0o600 });
    const port = await freePort();
    const server = running.run(['start'], cwd, { PORT: String(port), LOG_LEVEL: 'warn' });
    await server.ready();
    const keys = (...args: string[]) => running.command(['keys', ...args], cwd);
    const published = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`);
      return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    };

    const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
    const { stdout } = await keys('list');
    assert.match(stdout, /^ALG +STATE +PUBLISHED +SIGNS SINCE +REPLACED +KID\n/);
    assert.match(stdout, new RegExp(`^ES256 +active .* ${kid}$`, 'm'));
    assert.match(stdout, /The next rotation is due on \d{4}-/);
    const listed = await keys('list', '--json');
    assert.deepEqual([listed.status, listed.stderr], [0, '']);
    assert.equal(JSON.parse(listed.stdout).items.length, 2);
    assert.equal(JSON.parse((await keys('inspect', kid)).stdout).public_jwk.kid, kid);
    assert.deepEqual(await keys('inspect', 'nonsense'), {
      status: 1,
      stdout: '',
      stderr: 'There is no key nonsense. See them all: gatehouse keys list\n',
    });

    const waits = await keys('rotate');
    assert.equal(waits.status, 3);
    assert.match(waits.stdout, /ES256: \S+ is published, and can sign from \d{4}-/);
    assert.match((await keys('rotate', '--now')).stderr, /^--yes: say it where nobody can be asked/);
    const rotated = await keys('rotate', '--now', '--yes');
    assert.equal(rotated.status, 0);
    assert.match(rotated.stdout, /^ES256: \S+ signs from now on\.\n/m);

    await writeFile(
      join(cwd, 'a.pem'),
      generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({ format: 'pem', type: 'pkcs1' }),
    );
    await writeFile(join(cwd, 'b.pem'), 'nonsense');
    await chmod(join(cwd, 'b.pem'), 0o600);
    const refused = await keys('import', 'a.pem', 'b.pem');
    assert.equal(refused.status, 1);
    assert.match(
      refused.stderr,
      /^a\.pem can be read by everybody .*\na\.pem is RSA of 1024 bits.*\nb\.pem is neither.*\nNo key was imported\.\n$/,
    );
    const { privateKey: fresh } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const encrypted = fresh.export({ format: 'pem', type: 'pkcs8', cipher: 'aes-256-cbc', passphrase: 'sesame' });
    await writeFile(join(cwd, 'c.pem'), encrypted, { mode: 0o600 });
    assert.match((await keys('import', 'c.pem')).stderr, /^c\.pem is encrypted: give its passphrase\n/);
    assert.match((await keys('reseal')).stdout, /^Sealed 0 keys with the newest master key; 4 were already\.\n/);
    assert.equal((await published()).length, 4);
  });

  it('a file in keys/ that is no key keeps the server from starting, and names it', async () => {
    const cwd = await realpath(await running.folder());
    await mkdir(join(cwd, 'keys'));
    await writeFile(join(cwd, 'keys', 'bad.pem'), 'nonsense', { mode: 0o600 });
    const { status, stderr } = await running.command(['start'], cwd, { PORT: String(await freePort()) });
    assert.equal(status, 2);
    assert.match(stderr, /^keys\/bad\.pem: is neither a PEM nor a JWK private key$/m);
  });
});
