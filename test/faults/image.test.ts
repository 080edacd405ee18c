import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { ask, askForToken } from '../support/ask.ts';
import { said } from '../support/dockerfile.ts';
import { type Container, fingerprint, Image, NOBODY } from '../support/image.ts';
import { freePort } from '../support/ports.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts';
import { until } from '../support/until.ts';

const ISSUER = 'https://id.example.com';
const SECRET = randomBytes(32).toString('hex');

const declared = `
clients:
  - client_id: service
    client_secret_env: SERVICE_SECRET
    grant_types: [client_credentials]
    scope: orders:read
resources:
  - identifier: https://api.example.com
    scopes: [orders:read]
`;

describe('faults: the container image', function () {
  this.timeout(180_000);
  let image: Image;
  let database: TestDatabase;
  let secrets: string;
  let settings: Record<string, string>;
  let untouched: string[];
  const running: Container[] = [];
  const mailServer = new SMTPServer({ authOptional: true, disabledCommands: ['STARTTLS'] });

  before(async () => {
    image = await Image.build();
    untouched = await fingerprint(image.app);
    database = await createEmptyDatabase();
    await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
    const { port } = mailServer.server.address() as AddressInfo;
    secrets = await mkdtemp(join(tmpdir(), 'gatehouse-secrets-'));
    await chmod(secrets, 0o755);
    settings = {
      ISSUER,
      PORT: String(await freePort()),
      WORKERS: '2',
      MAIL_FROM: 'Example <no-reply@example.com>',
      CONFIG_FILE: await secret('gatehouse.yaml', declared),
      MASTER_KEY_FILE: await secret('master_key', randomBytes(32).toString('base64')),
      DATABASE_URL_FILE: await secret('database_url', database.url),
      SMTP_URL_FILE: await secret('smtp_url', `smtp://127.0.0.1:${port}`),
      SERVICE_SECRET_FILE: await secret('service_secret', SECRET),
    };
  });
  after(async () => {
    for (const { child, ended } of running) {
      child.kill('SIGKILL');
      await ended();
    }
    await new Promise<void>((resolve) => mailServer.close(resolve));
    if (secrets) await rm(secrets, { recursive: true, force: true });
    await database?.drop();
    await image?.remove();
  });

  /** As an engine mounts it: of the container's user, for nobody else. */
  async function secret(name: string, contents: string): Promise<string> {
    const path = join(secrets, name);
    await writeFile(path, `${contents}\n`, { mode: 0o400 });
    if (process.getuid?.() === 0) await chown(path, NOBODY, NOBODY);
    return path;
  }

  function run(env: Record<string, string>, ...args: string[]): Container {
    const container = image.run(env, ...args);
    running.push(container);
    return container;
  }

  const port = () => Number(settings['PORT']);
  const status = async (path: string) => (await ask(port(), path)).status;

  it('is run by a user who is not root, and whom Kubernetes can tell from root', () => {
    assert.match(said(image.stage, 'USER')[0] ?? '', /^[1-9]\d*:[1-9]\d*$/);
    assert.deepEqual(said(image.stage, 'STOPSIGNAL'), ['SIGTERM']);
    assert.deepEqual(said(image.stage, 'EXPOSE'), ['3000']);
  });

  it('cannot be changed by that user', async () => {
    const write = `require('node:fs').writeFileSync('src/main.ts', '')`;
    const { status, output } = await image.exec(['node', '-e', write]).ended();
    assert.equal(status, 1);
    assert.match(output, /EACCES/);
  });

  it('says what it needs, all at once, when it is run without settings', async () => {
    const { status, output } = await run({}).ended();
    assert.equal(status, 2);
    const names = output.split('\n').map((line) => line.split(':')[0]);
    for (const name of ['ISSUER', 'DATABASE_URL', 'SMTP_URL', 'MAIL_FROM', 'MASTER_KEY'])
      assert.ok(names.includes(name), output);
  });

  it('migrates an empty database, and finds nothing to do the second time', async () => {
    const first = await run(settings, 'migrate').ended();
    assert.equal(first.status, 0, first.output);
    assert.match(first.output, /brought up to date/);
    assert.match((await run(settings, 'migrate').ended()).output, /^The schema is up to date\.$/m);
  });

  describe('started', () => {
    let server: Container;

    before(async () => {
      server = run(settings);
      const ended = server.ended().then(({ output }) => Promise.reject(new Error(output)));
      ended.catch(() => undefined);
      await Promise.race([until('it is ready', () => server.output().includes('is ready'), 30_000), ended]);
    });

    it('lives, is ready and is healthy to the engine', async () => {
      assert.equal(await status('/healthz'), 200);
      assert.equal(await status('/readyz'), 200);
      assert.equal(await image.health(settings), 0);
    });

    it('is the issuer it was told to be', async () => {
      const { text } = await ask(port(), '/.well-known/openid-configuration');
      const discovery = JSON.parse(text);
      assert.equal(discovery.issuer, ISSUER);
      assert.equal(discovery.token_endpoint, `${ISSUER}/oauth2/token`);
    });

    it('gives a declared client a token', async () => {
      const client = { id: 'service', secret: SECRET, scope: 'orders:read', resource: 'https://api.example.com' };
      const { status, text } = await askForToken(port(), client);
      assert.equal(status, 200, text);
      assert.match(JSON.parse(text).access_token, /^eyJ/);
    });

    it('has nothing that belongs to development', async () => {
      for (const path of ['/demo', '/demo/callback', '/dev/mailbox', '/dev/mailbox.json'])
        assert.equal(await status(path), 404, path);
    });

    it('is found in order by its own doctor', async () => {
      const { status, output } = await run(settings, 'doctor').ended();
      assert.equal(status, 0, output);
      assert.match(output, /^ok +mail +127\.0\.0\.1:\d+ takes mail from us$/m);
    });

    it('ends with 0 on SIGTERM, and is then not healthy', async () => {
      server.child.kill('SIGTERM');
      const { status, output } = await server.ended();
      assert.equal(status, 0, output);
      assert.notEqual(await image.health(settings), 0);
    });

    it('has written nothing into its tree', async () => {
      assert.deepEqual(await fingerprint(image.app), untouched);
    });
  });
});
