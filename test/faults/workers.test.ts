import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { ask, askForToken } from '../support/ask.ts';
import { declaration, SECRET } from '../support/declaration.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { emptyFolder, type GatehouseProcess, runGatehouse } from '../support/process.ts';
import { until } from '../support/until.ts';

const WORKERS = 3;

describe('faults: several processes', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let folder: Awaited<ReturnType<typeof emptyFolder>>;
  const running: GatehouseProcess[] = [];

  before(async () => {
    database = await createTestDatabase();
    folder = await emptyFolder();
    await declare(declaration);
  });
  after(async () => {
    // Workers end with their primary: their channel to it breaks.
    for (const server of running) server.kill('SIGKILL');
    await Promise.all(running.map((server) => server.ended()));
    await folder.remove();
    await database.drop();
  });

  const declare = (yaml: string) => writeFile(join(folder.path, 'gatehouse.yaml'), yaml);

  function run(port: number, env: Record<string, string> = {}): GatehouseProcess {
    const settings = { WORKERS: String(WORKERS), PORT: String(port), DATABASE_URL: database.url, ...env };
    const server = runGatehouse(['start'], { cwd: folder.path, env: settings });
    running.push(server);
    return server;
  }

  /** One server for all of these, in this order. */
  describe('in service', () => {
    let server: GatehouseProcess;
    let port: number;
    const killed: number[] = [];

    before(async () => {
      port = await freePort();
      server = run(port);
      await server.ready();
    });

    const served = () => servedBy(server, port, WORKERS, killed);
    const replaced = () => server.output().split('another takes its place').length - 1;

    async function killOne(signal: NodeJS.Signals = 'SIGKILL'): Promise<number> {
      const [victim = 0] = (await served()).pids;
      process.kill(victim, signal);
      killed.push(victim);
      return victim;
    }

    it('serves from every process, announces itself once, and answers one scrape for all', async () => {
      const { pids, asked } = await served();
      assert.equal(server.output().split('Gatehouse is ready').length - 1, 1);
      await until('all are counted', async () => (await counted(port)) === asked);
      for (const _ of pids) assert.equal(await counted(port), asked);
    });

    it('goes on when one is killed, and puts another in its place', async () => {
      const before = (await served()).pids;
      const victim = await killOne();
      await until('its end is noticed', () => replaced() === 1);
      for (let count = 0; count < 20; count += 1) assert.equal((await ask(port, '/healthz')).status, 200);
      const { pids } = await served();
      assert.deepEqual(
        before.filter((pid) => !pids.includes(pid)),
        [victim],
      );
    });

    it('goes on while the replacement cannot start, until the operator has set it right', async () => {
      const before = replaced();
      try {
        await declare('clients: 7');
        await killOne();
        await until('it ends too', () => replaced() > before + 1);
        assert.match(server.output(), /^gatehouse.yaml:1 clients: must be a list$/m);
        assert.equal((await ask(port, '/healthz')).status, 200);
      } finally {
        await declare(declaration);
      }
      await served();
    });

    it('is not kept from a scrape by a worker that hangs', async () => {
      const before = replaced();
      const victim = await killOne('SIGSTOP');
      try {
        // One request in three goes to the one that hangs, and is given up.
        const scrape = () => ask(port, '/metrics', { signal: AbortSignal.timeout(3000) }).catch(() => undefined);
        const { text } = await until('a scrape', scrape);
        assert.match(text, /^http_request_duration_seconds_count\{.*\/healthz.*\} [1-9]/m);
      } finally {
        process.kill(victim, 'SIGKILL');
      }
      // What is handed to a dying process before its end is noticed, Node's cluster neither answers nor closes.
      await until('its end is noticed', () => replaced() > before);
      await served();
    });

    it('drops nothing under load when it is told to stop, and ends with 0', async () => {
      const answers: (number | string)[] = [];
      let inService = true;
      const caller = async () => {
        while (inService) answers.push(await token(port));
      };
      const callers = Promise.all(Array.from({ length: 6 }, caller));
      await until('some answers', () => answers.length > 50);
      server.kill('SIGTERM');
      // As a load balancer does it: the callers go elsewhere once the server says that it is not ready.
      await until('not ready', async () => (await ask(port, '/readyz')).status !== 200).finally(() => {
        inService = false;
      });
      await callers;
      assert.deepEqual([...new Set(answers)], [200]);
      assert.equal(await server.ended(), 0);
    });
  });

  it('hands the development database down, and serves the sum on METRICS_PORT from the primary', async () => {
    const own = await emptyFolder();
    const [port, metricsPort] = [await freePort(), await freePort()];
    const env = { WORKERS: '2', PORT: String(port), METRICS_PORT: String(metricsPort) };
    const server = runGatehouse(['start'], { cwd: own.path, env });
    try {
      await server.ready();
      const { asked } = await servedBy(server, port, 2);
      assert.equal((await ask(port, '/metrics')).status, 404);
      await until('all are counted', async () => (await counted(metricsPort)) === asked);
    } finally {
      server.kill('SIGINT');
      assert.equal(await server.ended(), 0);
      await own.remove();
    }
  });

  it('ends with 2 and one line when the port is taken', async () => {
    const port = await freePort();
    const other = createServer().listen(port, '127.0.0.1');
    try {
      const server = run(port);
      assert.equal(await server.ended(), 2);
      assert.match(server.output(), /^PORT: 127\.0\.0\.1:\d+ is taken by another program\.[^\n]*\n$/);
    } finally {
      other.close();
    }
  });

  it('ends with 2 and tells once what every worker meets', async () => {
    const server = run(await freePort(), { DATABASE_URL: 'postgres://nobody:nothing@127.0.0.1:1/none' });
    assert.equal(await server.ended(), 2);
    assert.match(server.output(), /^DATABASE_URL: [^\n]*refuses connections[^\n]*\n$/);
  });

  it('gives up with 1 when no worker can be started', async () => {
    const crash = `import cluster from 'node:cluster'; if (cluster.isWorker) process.exit(7);`;
    const options = `--import=data:text/javascript,${encodeURIComponent(crash)}`;
    const server = run(await freePort(), { NODE_OPTIONS: options });
    assert.equal(await server.ended(), 1);
    assert.match(server.output(), /no worker could be started in 5 attempts/);
  });
});

/** The status, or the error's code where the connection broke. */
async function token(port: number): Promise<number | string> {
  const client = { id: 'service', secret: SECRET, scope: 'candidates:read', resource: `http://localhost:${port}/v1` };
  return askForToken(port, client).then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
}

/** The requests to /healthz that the metrics know of. */
async function counted(port: number): Promise<number> {
  const { text } = await ask(port, '/metrics');
  const line = /^http_request_duration_seconds_count\{[^}]*route="\/healthz"[^}]*\} (\d+)$/m.exec(text);
  return Number(line?.[1] ?? 0);
}

interface Served {
  /** The processes that answered. */
  readonly pids: number[];
  /** How often they were asked. */
  readonly asked: number;
}

/** Asks until so many processes, those `except`ed not counted, have answered. Their log says who it was. */
async function servedBy(
  server: GatehouseProcess,
  port: number,
  workers: number,
  except: readonly number[] = [],
): Promise<Served> {
  let asked = 0;
  return until(`${workers} processes answer`, async () => {
    asked += 1;
    assert.equal((await ask(port, '/healthz')).status, 200);
    const pids = accessLog(server).filter((pid) => !except.includes(pid));
    return pids.length >= workers && { pids, asked };
  });
}

function accessLog(server: GatehouseProcess): number[] {
  const lines = server.output().matchAll(/^\{.*"pid":(\d+),.*"route":"\/healthz".*\}$/gm);
  return [...new Set([...lines].map(([, pid]) => Number(pid)))];
}
