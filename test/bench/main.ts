import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { hashSecret } from '../../src/clients/secret.ts';
import { SECRET } from '../support/declaration.ts';
import { mochaGlobalSetup, mochaGlobalTeardown } from '../support/fixtures.ts';
import { load, type Measured, type Shot } from './load.ts';
import { importing, importWords } from './scenarios/import.ts';

/**
 * `npm run bench`: how fast Gatehouse is, as a share of a floor program measured in the same run on the same machine.
 * Prints a table, and writes the numbers to test/.artifacts/bench.json.
 */
const OUT = fileURLToPath(new URL('../.artifacts/', import.meta.url));
const SERVER = fileURLToPath(new URL('./server.ts', import.meta.url));
const LOAD = { width: 16, seconds: 5 };

const tokenRequest = (base: string): Shot => ({
  url: `${base}/oauth2/token`,
  method: 'POST',
  headers: {
    authorization: `Basic ${Buffer.from(`service:${SECRET}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials&scope=orders%3Aread&resource=https%3A%2F%2Fapi.example.com',
});

async function measure(kind: 'gatehouse' | 'floor'): Promise<Measured> {
  const server = fork(SERVER, [kind], { env: { ...process.env, BENCH_SECRET_HASH: hashSecret(SECRET) } });
  try {
    const [base] = await once(server, 'message');
    await load(tokenRequest(base), { width: LOAD.width, seconds: 1 });
    return await load(tokenRequest(base), LOAD);
  } finally {
    server.kill('SIGKILL');
  }
}

await mochaGlobalSetup();
try {
  const floor = await measure('floor');
  const gatehouse = await measure('gatehouse');
  const rows = [
    { scenario: 'client_credentials JWT, floor', ...floor, ratio: 1 },
    {
      scenario: 'client_credentials JWT, Gatehouse',
      ...gatehouse,
      ratio: Math.round((gatehouse.perSecond / floor.perSecond) * 100) / 100,
    },
  ];
  process.stdout.write(table(rows));
  const imported = await importing();
  process.stdout.write(importWords(imported));
  await mkdir(OUT, { recursive: true });
  await writeFile(`${OUT}bench.json`, `${JSON.stringify({ requests: rows, import: imported }, null, 2)}\n`);
} finally {
  await mochaGlobalTeardown();
}

function table(rows: readonly (Measured & { scenario: string; ratio: number })[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `${String(cells[0]).padEnd(36)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(10))
      .join('')}\n`;
  const head = line(['scenario', 'req/s', 'p50 ms', 'p99 ms', 'ratio']);
  return head + rows.map((row) => line([row.scenario, row.perSecond, row.p50, row.p99, row.ratio])).join('');
}
