import assert from 'node:assert/strict';
import { HashQueue } from '../../../src/accounts/index.ts';
import { Problem } from '../../../src/kernel/problem.ts';

/** Work that is done when it is told to be. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { work: () => promise, finish: resolve };
}

describe('the queue before hashing', () => {
  it('does so many at once, lets so many wait, and turns the next away before any work', async () => {
    const refusals: number[] = [];
    const queue = new HashQueue({ concurrency: 2, waiting: 3, onRefused: () => refusals.push(1) });
    const jobs = Array.from({ length: 5 }, held);
    let begun = 0;
    const running = jobs.map(({ work }) =>
      queue.run(() => {
        begun += 1;
        return work();
      }),
    );
    await new Promise(setImmediate);
    assert.deepEqual([begun, queue.waiting, refusals.length], [2, 3, 0]);

    const isBusy = (error: unknown) =>
      error instanceof Problem &&
      error.status === 503 &&
      error.code === 'busy' &&
      Number(error.headers['Retry-After']) > 0;
    await assert.rejects(
      queue.run(() => assert.fail('was begun')),
      isBusy,
    );
    assert.throws(() => queue.mustHaveRoom(), isBusy);
    assert.equal(refusals.length, 2);

    jobs[0]?.finish();
    await running[0];
    await new Promise(setImmediate);
    assert.deepEqual([begun, queue.waiting], [3, 2]);
    queue.mustHaveRoom();
    for (const { finish } of jobs) finish();
    await Promise.all(running);
    assert.equal(queue.waiting, 0);
  });

  it('goes on after work that failed, and tells whose it was', async () => {
    const queue = new HashQueue({ concurrency: 1, waiting: 1 });
    const failing = queue.run(() => Promise.reject(new Error('out of memory')));
    const next = queue.run(async () => 'done');
    await assert.rejects(failing, /memory/);
    assert.equal(await next, 'done');
  });
});
