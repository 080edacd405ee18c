import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { startServer } from '../support/server.ts';
import { drawn, PAGE } from './draw.ts';

const run = promisify(execFile);

describe('docs/assessments.md', () => {
  let page: string;
  before(async () => {
    page = await readFile(PAGE, 'utf8');
  });

  it('shows the transitions that there are: npm run draw', () => {
    assert.match(page, /created --> in_progress: start/);
    assert.equal(page, drawn(page));
  });

  it('goes from a candidate to a submitted session in ten commands', async () => {
    const server = await startServer({ demo: true });
    try {
      const [, commands = ''] = /^```sh\n(.*?)^```/ms.exec(page) ?? [];
      assert.equal(commands.match(/^# \d+\./gm)?.length, 10);
      const here = commands.replaceAll('http://localhost:3000', server.issuer);
      const { stdout } = await run('bash', ['-eo', 'pipefail', '-c', here.replaceAll(/^call .*$/gm, '$&; echo')]);
      const [started, saved, resumable, paused, resumed, submitted, history] = stdout
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line));
      const states = [started, saved, resumable, paused, resumed, submitted].map(({ state }) => state);
      assert.deepEqual(states, ['in_progress', 'in_progress', 'in_progress', 'paused', 'in_progress', 'submitted']);
      assert.deepEqual(resumable.state_data, { page: 2, answers: { q1: 'b' } });
      assert.ok(resumable.remaining_seconds > 3500);
      assert.deepEqual(
        history.items.map(({ event }: { event: string }) => event),
        ['create', 'start', 'save', 'pause', 'resume', 'submit'],
      );
    } finally {
      await server.close();
    }
  });
});
