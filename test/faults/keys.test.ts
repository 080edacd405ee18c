import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { chmod, mkdir, realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { calculateJwkThumbprint, decodeProtectedHeader, exportJWK } from 'jose';
import { ask, askForToken } from '../support/ask.ts';
import { freePort } from '../support/ports.ts';
import { Running, type RunningProcess } from '../support/running.ts';
import { until } from '../support/until.ts';

const DEMO_SECRET = 'demo-service-secret-for-development-only';

describe('faults: gatehouse keys', function () {
  this.timeout(60_000);

  describe('while a server runs, which follows', () => {
    const running = new Running();
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    let cwd: string;
    let port: number;
    let server: RunningProcess;
    before(async () => {
      cwd = await realpath(await running.folder());
      const text = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
      await mkdir(join(cwd, 'keys'));
      await writeFile(join(cwd, 'keys', 'mounted.pem'), text);
      await chmod(join(cwd, 'keys', 'mounted.pem'), 0o644);
      port = await freePort();
      server = running.run(['start'], cwd, { PORT: String(port), LOG_LEVEL: 'warn' });
      await server.ready();
    });
    after(() => running.endAll());

    const keys = (...args: string[]) => running.command(['keys', ...args], cwd);
    const published = async () => {
      const answer = await fetch(`http://127.0.0.1:${port}/.well-known/jwks.json`);
      return ((await answer.json()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);
    };

    it('lists them, and shows one', async () => {
      const kid = await calculateJwkThumbprint(await exportJWK(publicKey));
      const { stdout } = await keys('list');
      assert.match(stdout, /^ALG +STATE +PUBLISHED +SIGNS SINCE +REPLACED +KID\n/);
      assert.match(stdout, new RegExp(`^ES256 +active .* ${kid}$`, 'm'));
      assert.match(stdout, /The next rotation is due on \d{4}-/);
      const listed = await keys('list', '--json');
      assert.deepEqual([listed.status, listed.stderr], [0, '']);
      assert.equal(JSON.parse(listed.stdout).items.length, 2);
      const shown = JSON.parse((await keys('inspect', kid)).stdout);
      assert.deepEqual(Object.keys(shown.public_jwk).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      assert.equal(shown.public_jwk.kid, kid);
      const unknown = (kid: string) => ({
        status: 1,
        stdout: '',
        stderr: `There is no key ${kid}. See them all: gatehouse keys list\n`,
      });
      for (const kid of ['nonsense', '-nonsense']) assert.deepEqual(await keys('inspect', kid), unknown(kid));
      assert.deepEqual(await keys('revoke', '--nonsense', '--yes'), unknown('--nonsense'));
    });

    it('rotates them, where caches know the next ones or somebody has said yes', async () => {
      const waits = await keys('rotate');
      assert.equal(waits.status, 3);
      assert.match(waits.stdout, /ES256: \S+ is published, and can sign from \d{4}-/);
      assert.match((await keys('rotate', '--now')).stderr, /^--yes: say it where nobody can be asked/);
      const rotated = await keys('rotate', '--now', '--yes');
      assert.equal(rotated.status, 0);
      assert.match(rotated.stdout, /^ES256: \S+ signs from now on\.\n/m);
    });

    it('imports others, all of them or none, and reseals', async () => {
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

    it('warns of a file that everybody can read, and takes none in production', async () => {
      assert.match(server.output(), /keys\/mounted\.pem can be read by everybody on this machine: chmod o-r/);
      const file = 'keys/mounted.pem';
      const refused = await running.command(['keys', 'import', file], cwd, { NODE_ENV: 'production' });
      assert.deepEqual([refused.status, refused.stdout], [2, '']);
      assert.match(refused.stderr, /^keys\/mounted\.pem: can be read by everybody on this machine: chmod o-r/);
    });

    it('revokes one, once it has said what that breaks and somebody has said yes', async () => {
      const resource = `http://localhost:${port}/v1`;
      const client = { id: 'demo-service', secret: DEMO_SECRET, scope: 'keys:read', resource };
      const { access_token: token } = JSON.parse((await askForToken(port, client)).text);
      const headers = { authorization: `Bearer ${token}` };
      const statusOf = async () => (await ask(port, '/v1/keys', { headers })).status;
      const kid = String(decodeProtectedHeader(token).kid);

      assert.deepEqual(await keys('revoke', 'nonsense', '--yes'), {
        status: 1,
        stdout: '',
        stderr: 'There is no key nonsense. See them all: gatehouse keys list\n',
      });
      const refused = await keys('revoke', kid);
      const sayYes = '--yes: say it where nobody can be asked. Nothing was changed\n';
      assert.deepEqual([refused.status, refused.stderr], [2, sayYes]);
      assert.match(
        refused.stdout,
        new RegExp(`^Revoking ${kid} \\(ES256, active\\) breaks \\d+ access tokens? and 0 ID`),
      );
      assert.match(refused.stdout, /^A new ES256 key signs in its place; caches may not know it/m);
      assert.equal(await statusOf(), 200);
      const revoked = await keys('revoke', kid, '--yes');
      assert.deepEqual([revoked.status, revoked.stderr], [0, '']);
      assert.match(revoked.stdout, new RegExp(`^Revoked ${kid}\\. Its private part is destroyed`, 'm'));
      assert.match(revoked.stdout, /^ES256: \S+ signs from now on\.$/m);
      await until('the server has heard of it', async () => (await statusOf()) === 401);
      const again = await keys('revoke', kid, '--yes');
      assert.equal(again.status, 0);
      assert.match(again.stdout, new RegExp(`^${kid} was revoked on \\d{4}-.* Nothing was changed\\.\\n$`));
      assert.match((await keys('list')).stdout, new RegExp(`^ES256 +revoked .* ${kid}$`, 'm'));
    });

    it('seals nothing with a master key that opens none of them', async () => {
      const MASTER_KEY = Buffer.alloc(32, 1).toString('base64');
      const { status, stdout, stderr } = await running.command(['keys', 'rotate', '--now', '--yes'], cwd, {
        MASTER_KEY,
      });
      assert.deepEqual([status, stdout], [2, '']);
      assert.match(stderr, /^MASTER_KEY: signing key \S+ \(ES256\) was sealed with another master key\./);
    });
  });

  it('a file in keys/ that is no key keeps the server from starting, and names it', async () => {
    const running = new Running();
    try {
      const cwd = await realpath(await running.folder());
      await mkdir(join(cwd, 'keys'));
      await writeFile(join(cwd, 'keys', 'bad.pem'), 'nonsense', { mode: 0o600 });
      const { status, stderr } = await running.command(['start'], cwd, { PORT: String(await freePort()) });
      assert.equal(status, 2);
      assert.match(stderr, /^keys\/bad\.pem: is neither a PEM nor a JWK private key$/m);
    } finally {
      await running.endAll();
    }
  });
});
