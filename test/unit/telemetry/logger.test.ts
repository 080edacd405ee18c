import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withCorrelationId } from '../../../src/kernel/correlation.ts';
import { createLogger, type Logger, linesTo } from '../../../src/telemetry/index.ts';
import { emptyFolder } from '../../support/process.ts';
import { ensureCommand } from '../../support/system.ts';
import { until } from '../../support/until.ts';

const run = promisify(execFile);
const LOGGER = fileURLToPath(new URL('../../../src/telemetry/index.ts', import.meta.url));
const PROGRAM = `import { createLogger } from ${JSON.stringify(LOGGER)};
(await createLogger('info')).info({ answer: 42 }, 'hello');`;

describe('the log', () => {
  /** What is written, line by line. */
  async function written(write: (logger: Logger) => void): Promise<Record<string, unknown>[]> {
    const lines: string[] = [];
    write(await createLogger('info', { write: (line: string) => void lines.push(line) }));
    return lines.map((line) => JSON.parse(line));
  }

  it('carries the correlation id of what caused the line', async () => {
    const [inside, outside] = await written((logger) => {
      withCorrelationId('order-42', () => logger.info('inside'));
      logger.info('outside');
    });
    assert.deepEqual([inside?.['correlation_id'], inside?.['level']], ['order-42', 'info']);
    assert.equal(outside?.['correlation_id'], undefined);
  });

  it('[45] cuts out secrets that somebody logs by mistake, and leaves an error’s code', async () => {
    const secrets = { password: 'hunter2', client_secret: 'hunter2', refresh_token: 'hunter2', cookie: 'hunter2' };
    const lines = await written((logger) => {
      logger.info({ ...secrets, code: 'hunter2' }, 'plain');
      logger.info({ body: secrets, request: { headers: { authorization: 'hunter2' } } }, 'nested');
      logger.error({ err: Object.assign(new Error('lost'), { code: 'ECONNREFUSED' }) }, 'error');
    });
    assert.ok(!JSON.stringify(lines).includes('hunter2'));
    assert.partialDeepStrictEqual(lines[2], { err: { code: 'ECONNREFUSED' } });
  });

  it('has a line that stands alone a moment later, and many in one piece', async () => {
    const folder = await emptyFolder();
    const path = join(folder.path, 'log');
    const logger = await createLogger('info', linesTo(path));
    logger.info('alone');
    assert.match(
      await until('the line', async () => (await readFile(path, 'utf8').catch(() => '')) || undefined),
      /alone/,
    );
    for (let line = 0; line < 1000; line++) logger.info({ line }, 'one of many');
    const all = await until('all', async () => {
      // The last line may be on its way: a piece ends anywhere.
      const lines = (await readFile(path, 'utf8')).split('\n');
      return lines.length === 1002 && lines.pop() === '' && lines;
    });
    assert.deepEqual(
      all.slice(1).map((line) => JSON.parse(line).line),
      [...Array(1000).keys()],
    );
    await folder.remove();
  });

  it('is JSON where nobody looks on, and readable on a terminal', async function () {
    this.timeout(20_000);
    await ensureCommand('script', 'bsdutils');
    const folder = await emptyFolder();
    const program = join(folder.path, 'program.mjs');
    await writeFile(program, PROGRAM);
    const piped = await run(process.execPath, [program]);
    const terminal = await run('script', ['-qec', `${process.execPath} ${program}`, '/dev/null']);
    await folder.remove();
    assert.equal(JSON.parse(piped.stdout).answer, 42);
    assert.match(terminal.stdout, /^\[\d\d:\d\d:\d\d\] .*INFO.*: .*hello/);
    assert.match(terminal.stdout, /answer.*: .*42/);
  });
});
