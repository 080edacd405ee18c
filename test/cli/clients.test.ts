import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clientsCommand } from '../../src/cli/clients/index.ts';
import { runHere } from '../support/command-line.ts';
import { declaration, SECRET } from '../support/declaration.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const API = 'https://api.example.com';
/** `gatehouse clients …` beside a running server. */
describe('gatehouse clients', function () {
  this.timeout(60_000);
  const running = new Running();
  let server: TestServer;
  let cwd: string;
  let env: Record<string, string>;
  before(async () => {
    server = await startServer({ env: { MASTER_KEY } });
    cwd = await running.folder();
    await writeFile(join(cwd, 'gatehouse.yaml'), declaration);
    env = { ISSUER: server.issuer, MASTER_KEY, DATABASE_URL: server.config.databaseUrl ?? '', LOG_LEVEL: 'info' };
  });
  after(async () => {
    await running.endAll();
    await server.close();
  });

  const clients = (...args: string[]) => runHere(clientsCommand, ['clients', ...args], { cwd, env });
  /** It must be done: what it printed. */
  const done = async (...args: string[]) => {
    const { status, stdout, stderr } = await clients(...args);
    assert.equal(status, 0, `${stdout}${stderr}`);
    return { stdout, log: stderr };
  };
  const secretIn = (text: string) => /^ {2}client_secret {2}(\S+)$/m.exec(text)?.[1] ?? assert.fail(text);
  async function token(id: string, secret: string): Promise<number> {
    const answer = await fetch(`${server.issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }),
    });
    return answer.status;
  }
  /** The server follows by itself: it is told. */
  const follows = (id: string, secret: string, status: number) =>
    until(`the server answers ${id} with ${status}`, async () => (await token(id, secret)) === status);

  it('create: a client that every server takes at once, and its secret, shown once and told to no log', async () => {
    assert.equal(await token('robot', SECRET), 401, 'nobody of that id is remembered, too');
    const made = ['--id', 'robot', '--name', 'A robot', '--grant', 'client_credentials', '--scope', 'orders:read'];
    const { stdout, log } = await done('create', ...made);
    assert.match(stdout, /^Created robot\. /);
    const secret = secretIn(stdout);
    assert.match(secret, /^[A-Za-z0-9_-]{43}$/);
    await follows('robot', secret, 200);
    const line = JSON.parse(log);
    assert.deepEqual([line.action, line.client], ['clients.create', 'robot']);
    const { metadata } = await server.db('clients').where({ client_id: 'robot' }).first();
    for (const text of [log, JSON.stringify(metadata), server.logs()]) assert.ok(!text.includes(secret));
  });

  it('is a command of gatehouse: what is made by it works, and what it prints goes where it should', async () => {
    const made = ['create', '--id', 'process', '--grant', 'client_credentials', '--scope', 'orders:read'];
    const { status, stdout, stderr } = await running.command(['clients', ...made], cwd, env);
    assert.equal(status, 0, stderr);
    await follows('process', secretIn(stdout), 200);
    assert.equal((await done('delete', 'process', '--yes')).stdout.split(',')[0], 'Deleted process');
  });

  it('create: by a file of RFC 7591 members, what is typed before it; a public client has no secret', async () => {
    const members = {
      client_name: 'App',
      redirect_uris: ['https://app.example/cb'],
      token_endpoint_auth_method: 'none',
    };
    await writeFile(join(cwd, 'app.json'), JSON.stringify({ ...members, client_id: 'app', accent: '#102030' }));
    const typed = ['--name', 'The app', '--first-party', '--initiate-login-uri', 'https://app.example/login'];
    const { stdout } = await done('create', '--file', 'app.json', ...typed, '--json');
    const { created_at, updated_at, ...rest } = JSON.parse(stdout);
    assert.ok(created_at && updated_at);
    assert.deepEqual(rest, {
      ...members,
      client_id: 'app',
      client_name: 'The app',
      accent: '#102030',
      initiate_login_uri: 'https://app.example/login',
      first_party: true,
      require_pkce: true,
      grant_types: ['authorization_code'],
      response_types: ['code'],
      status: 'active',
      managed_by: 'command',
      has_secret: false,
      retiring_secret_until: null,
    });
    const page = await fetch(
      `${server.issuer}/oauth2/authorize?${new URLSearchParams({
        client_id: 'app',
        response_type: 'code',
        redirect_uri: 'https://app.example/cb',
        code_challenge: 'c'.repeat(43),
        code_challenge_method: 'S256',
      })}`,
      { redirect: 'manual' },
    );
    assert.match(page.headers.get('location') ?? '', /\/interaction\//);
  });

  it('create: says all that is wrong by its member, and makes nothing', async () => {
    const before = await server.db('clients').count();
    await writeFile(join(cwd, 'bad.json'), JSON.stringify({ client_secret: SECRET, logo: 'x', contacts: ['x'] }));
    await writeFile(join(cwd, 'list.json'), '[]');
    await writeFile(join(cwd, 'cut.json'), `{"client_secret": "${SECRET}`);
    for (const [args, lines] of [
      [['--redirect-uri', 'http://shop.example/cb'], ['redirect_uris[0]: must use https: http is for loopback']],
      [['--public', '--grant', 'client_credentials'], ['grant_types: client_credentials is for a client that']],
      [
        ['--scope', 'orders:burn'],
        ['redirect_uris: is required', 'scope: has scopes of no resource: orders:burn'],
      ],
      [
        ['--id', 'a b', '--grant', 'implicit'],
        ['client_id: must be 1 to 128', 'grant_types[0]: must be'],
      ],
      [
        ['--file', 'bad.json', '--grant', 'client_credentials'],
        ['client_secret: is made here', 'logo: is not a known', 'contacts[0]: must be a mail'],
      ],
      [['--file', 'list.json'], ['list.json: has to hold a JSON object']],
      [['--file', 'cut.json'], ['cut.json: is no JSON']],
      [['--file', 'none.json'], ['none.json: cannot be read (ENOENT)']],
    ] as const) {
      const { status, stdout, stderr } = await clients('create', ...args);
      assert.deepEqual([status, stdout], [2, ''], stderr);
      for (const line of lines) assert.ok(stderr.includes(line), `${stderr}\nsays nothing of ${line}`);
      assert.ok(!stderr.includes(SECRET));
    }
    for (const id of ['web', 'robot']) {
      const taken = await clients('create', '--id', id, '--grant', 'client_credentials');
      assert.deepEqual([taken.status, taken.stdout], [1, '']);
      assert.match(taken.stderr, new RegExp(`^There is a client ${id} already: gatehouse clients show ${id}\n`));
    }
    assert.deepEqual(await server.db('clients').count(), before);
  });

  it('list and show: tables for people, JSON for programs, and no secret or hash in any of them', async () => {
    const print = async (...args: string[]) => (await done(...args)).stdout;
    const [listed, asJson] = [await print('list'), await print('list', '--json')];
    const [shown, web] = [await print('show', 'robot'), await print('show', 'web', '--json')];
    assert.match(listed, /^CLIENT +NAME +AUTHENTICATES +STATUS +MADE BY +CHANGED$/m);
    assert.match(listed, /^robot +A robot +client_secret_basic +active +command +\d{4}-\d\d-\d\d$/m);
    assert.match(listed, /^web +Web shop +none +active +file /m);
    const items = JSON.parse(asJson).items as { client_id: string; has_secret: boolean }[];
    assert.deepEqual(
      items.map(({ client_id }) => client_id),
      ['app', 'confidential', 'lenient', 'other', 'own', 'robot', 'service', 'web'],
    );
    assert.match(shown, /^client_name +A robot$[\s\S]*^secret +set$/m);
    assert.deepEqual(
      JSON.parse(web),
      items.find(({ client_id }) => client_id === 'web'),
    );
    for (const text of [listed, asJson, shown, web])
      assert.doesNotMatch(text, /sha256|client_secret"|retiring_secret"/);
  });

  it('rotate-secret: another secret, and the one before works on; at once only where that was said', async () => {
    const first = secretIn((await done('rotate-secret', 'robot', '--grace', '0', '--yes')).stdout);
    await follows('robot', first, 200);
    const { stdout, log } = await done('rotate-secret', 'robot', '--grace', '7d');
    assert.match(stdout, /^Made another secret for robot\. .* the one before works until \d{4}-/);
    const second = secretIn(stdout);
    await follows('robot', second, 200);
    assert.equal(await token('robot', first), 200);
    assert.ok(!log.includes(second));
    assert.match((await done('show', 'robot')).stdout, /^secret +set; the one before works until \d{4}-/m);
    const unasked = await clients('rotate-secret', 'robot');
    assert.deepEqual([unasked.status, unasked.stdout], [2, ''], 'a third would end the first: it asks');
    const json = JSON.parse((await done('rotate-secret', 'robot', '--yes', '--json')).stdout);
    await follows('robot', first, 401);
    assert.deepEqual([await token('robot', second), await token('robot', json.client_secret)], [200, 200]);
    assert.ok(Date.parse(json.retiring_secret_until) > Date.now() + 23 * 3600 * 1000);
    for (const grace of ['x', '-1', '91d', '1w', ''])
      assert.equal((await clients('rotate-secret', 'robot', '--grace', grace)).status, 2);
    assert.match((await clients('rotate-secret', 'app')).stderr, /^app has no secret\./);
    const declared = await clients('rotate-secret', 'service');
    assert.deepEqual([declared.status, declared.stdout], [1, '']);
    assert.match(declared.stderr, /^service is declared by gatehouse\.yaml,.*change the secret there/);
  });

  it('disable and enable: any client, at once; asks first', async () => {
    await follows('service', SECRET, 200);
    assert.equal((await clients('disable', 'service')).status, 2, 'nobody could be asked');
    assert.match((await done('disable', 'service', '--yes')).stdout, /^Disabled service\./);
    await follows('service', SECRET, 401);
    assert.match((await done('disable', 'service')).stdout, /^service was disabled already\./);
    assert.match((await done('list')).stdout, /^service +– +client_secret_basic +disabled +file /m);
    assert.match((await done('enable', 'service')).stdout, /^Enabled service\./);
    await follows('service', SECRET, 200);
    assert.match((await done('enable', 'service')).stdout, /^service is not disabled\./);
  });

  it('delete: asks first; removes what was made here, and nothing that the file declares', async () => {
    assert.equal((await clients('delete', 'robot')).status, 2);
    const declared = await clients('delete', 'service', '--yes');
    assert.deepEqual([declared.status, declared.stdout], [1, '']);
    assert.match(declared.stderr, /take it out there/);
    assert.match((await done('delete', 'robot', '--yes')).stdout, /^Deleted robot,/);
    assert.equal(await server.db('clients').where({ client_id: 'robot' }).first(), undefined);
    assert.equal(await token('service', SECRET), 200);
    for (const command of ['show', 'disable', 'delete', 'rotate-secret', 'enable']) {
      const { status, stderr } = await clients(command, 'robot');
      assert.deepEqual(
        [status, stderr],
        [1, 'There is no client robot. See them all: gatehouse clients list\n'],
        command,
      );
    }
  });
});
