import assert from 'node:assert/strict';
import { listen } from '../../../src/cli/start.ts';
import { freePort } from '../../support/ports.ts';

describe('a port that is listened at', () => {
  it('keeps connections longer than the proxies in front do, from the first answer on', async () => {
    const port = await freePort();
    const { server } = await listen(port, '127.0.0.1');
    try {
      const { status, headers } = await fetch(`http://127.0.0.1:${port}/`);
      assert.deepEqual([status, headers.get('retry-after')], [503, '1']);
      const [, seconds] = /^timeout=(\d+)$/.exec(headers.get('keep-alive') ?? '') ?? [];
      assert.ok(Number(seconds) > 120, `Keep-Alive: ${headers.get('keep-alive')}`);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
