import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfig } from '../../src/config/index.ts';
import { composeText, readComposeFile, settingsOf, startOrder } from '../support/compose-file.ts';
import { CONTEXT, readDockerfile, said } from '../support/dockerfile.ts';

const file = readComposeFile();
const services = Object.entries(file.services);
const image = readDockerfile().at(-1);

describe('docker-compose.yml', () => {
  it('starts in the order of health', () => {
    assert.deepEqual(startOrder(file).slice(-2), ['gatehouse', 'caddy']);
    assert.deepEqual(Object.keys(file.services['gatehouse']?.depends_on ?? {}), ['postgres', 'redis', 'mailpit']);
    for (const [name, { depends_on = {}, healthcheck, build }] of services) {
      for (const { condition } of Object.values(depends_on)) assert.equal(condition, 'service_healthy', name);
      const ownTest = (healthcheck?.test?.length ?? 0) > 1;
      assert.ok(ownTest || (build === '.' && image && said(image, 'HEALTHCHECK').length === 1), `${name}: no check`);
    }
  });

  it('publishes TLS, PostgreSQL on 5442 and the mailbox, on loopback alone', () => {
    const published = Object.fromEntries(services.map(([name, { ports }]) => [name, ports]));
    assert.deepEqual(published, {
      gatehouse: undefined,
      caddy: ['127.0.0.1:8443:8443'],
      postgres: ['127.0.0.1:5442:5432'],
      redis: undefined,
      mailpit: ['127.0.0.1:8025:8025'],
    });
  });

  it('runs Gatehouse with nothing it could do harm with', () => {
    const gatehouse = file.services['gatehouse'];
    assert.ok(gatehouse && image);
    assert.equal(gatehouse['read_only'], true);
    assert.deepEqual(gatehouse['tmpfs'], ['/tmp']);
    assert.deepEqual(
      [gatehouse['cap_drop'], gatehouse['cap_add'], gatehouse['privileged']],
      [['ALL'], undefined, undefined],
    );
    assert.equal(gatehouse['user'], said(image, 'USER')[0]);
    for (const [name, service] of services) assert.deepEqual(service['security_opt'], ['no-new-privileges:true'], name);
  });

  it('mounts what the host has read-only, and keeps data in volumes', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes);
    for (const volume of mounted) {
      const [source = '', , mode] = volume.split(':');
      if (source.startsWith('.')) assert.equal(mode, 'ro', volume);
      else assert.ok(source in file.volumes, volume);
    }
    assert.ok(mounted.includes('./keys:/app/keys:ro'));
    assert.ok(mounted.includes('postgres-data:/var/lib/postgresql/data'));
  });

  it('holds no secret: each comes from a file', () => {
    assert.doesNotMatch(composeText, /:\/\/[^\s/]*:[^\s/]*@/);
    for (const [name, { environment = {}, secrets = [] }] of services) {
      for (const [setting, value] of Object.entries(environment)) {
        if (!/KEY|SECRET|PASSWORD|DATABASE_URL|SMTP_URL/.test(setting)) continue;
        assert.match(setting, /_FILE$/, name);
        assert.ok(secrets.includes(String(value).replace('/run/secrets/', '')), `${name} ${setting}`);
      }
    }
    for (const [name, { file: path }] of Object.entries(file.secrets)) assert.equal(path, `deploy/secrets/${name}`);
  });

  it('believes the addresses that come through the network of Caddy and Gatehouse alone', () => {
    const on = (network: string) => services.filter(([, service]) => service.networks.includes(network));
    assert.deepEqual(
      on('edge').map(([name]) => name),
      ['gatehouse', 'caddy'],
    );
    const [subnet] = file.networks['edge']?.ipam?.config ?? [];
    assert.equal(file.services['gatehouse']?.environment?.['TRUST_PROXY'], subnet?.subnet);
  });

  it('refers to nothing that it does not declare', () => {
    for (const [name, { networks, secrets = [], depends_on = {} }] of services) {
      for (const network of networks) assert.ok(network in file.networks, `${name} ${network}`);
      for (const secret of secrets) assert.ok(secret in file.secrets, `${name} ${secret}`);
      for (const other of Object.keys(depends_on)) assert.ok(other in file.services, `${name} ${other}`);
    }
  });

  // The checks above are the test where there is no client; this one adds the client's own view.
  if (hasCompose()) {
    it('is what docker compose takes', async () => {
      const args = ['compose', '-f', join(CONTEXT, 'docker-compose.yml'), 'config', '--format', 'json'];
      const { stdout } = await promisify(execFile)('docker', args);
      assert.deepEqual(Object.keys(JSON.parse(stdout).services).sort(), Object.keys(file.services).sort());
    });
  }
});

describe('deploy/make-secrets.sh', () => {
  let root: string;
  const names = Object.keys(file.secrets).sort();
  const secret = async (name: string) => (await readFile(join(root, 'deploy/secrets', name), 'utf8')).trim();
  const make = async (path = '') => {
    const env = { PATH: `${path}:${process.env['PATH']}` };
    return (await promisify(execFile)('sh', [join(root, 'deploy/make-secrets.sh')], { env })).stdout;
  };

  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'gatehouse-deploy-'));
    const apart = (path: string) => !path.endsWith('/secrets');
    await cp(join(CONTEXT, 'deploy'), join(root, 'deploy'), { recursive: true, filter: apart });
    await make();
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('makes every secret that the compose file names, for its owner alone', async () => {
    assert.deepEqual((await readdir(join(root, 'deploy/secrets'))).sort(), names);
    for (const name of names) {
      const { mode } = await stat(join(root, 'deploy/secrets', name));
      assert.equal(mode & 0o777, 0o600, name);
    }
    assert.equal((await stat(join(root, 'deploy/secrets'))).mode & 0o777, 0o700);
  });

  it('gives the database its password, and Gatehouse the same', async () => {
    const url = new URL(await secret('database_url'));
    assert.match(await secret('postgres_password'), /^[0-9a-f]{64}$/);
    assert.equal(url.password, await secret('postgres_password'));
    const { POSTGRES_USER, POSTGRES_DB } = file.services['postgres']?.environment ?? {};
    assert.deepEqual([url.username, url.host, url.pathname], [POSTGRES_USER, 'postgres:5432', `/${POSTGRES_DB}`]);
  });

  it('with the compose file and deploy/gatehouse.yaml, makes settings that Gatehouse takes', () => {
    const config = loadConfig({ ...settingsOf(file, 'gatehouse', root), NODE_ENV: 'production' }, root);
    assert.equal(config.issuer, 'https://localhost:8443');
    assert.deepEqual(config.trustProxy, ['172.30.42.0/24']);
    assert.deepEqual(
      config.clients.map((client) => client.client_id),
      ['example-web', 'example-service'],
    );
  });

  it('changes nothing the second time', async () => {
    const before = await Promise.all(names.map(secret));
    assert.equal((await make()).split('left as it is').length - 1, names.length);
    assert.deepEqual(await Promise.all(names.map(secret)), before);
  });

  it('makes again what was lost: the password is still that of the URL', async () => {
    const password = await secret('postgres_password');
    for (const name of ['postgres_password', 'smtp_url']) await rm(join(root, 'deploy/secrets', name));
    assert.match(await make(), /postgres_password made\n.*\n.*smtp_url made/);
    assert.equal(await secret('postgres_password'), password);
  });

  it('tells compose once to run as whom the secrets belong to', async () => {
    const bin = join(root, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'id'), '#!/bin/sh\necho 4242\n');
    await chmod(join(bin, 'id'), 0o755);
    await rm(join(root, '.env'), { force: true });
    await make(bin);
    await make(bin);
    assert.equal(await readFile(join(root, '.env'), 'utf8'), 'GATEHOUSE_USER=4242:4242\n');
  });
});

function hasCompose(): boolean {
  try {
    execFileSync('docker', ['compose', 'version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
