import assert from 'node:assert/strict';
import sinon, { type SinonFakeTimers } from 'sinon';
import { Progress } from '../../../src/cli/progress.ts';
import { table } from '../../../src/cli/table.ts';

describe('the terminal', () => {
  let clock: SinonFakeTimers;
  beforeEach(() => {
    clock = sinon.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => clock.restore());

  /** What is written in so many seconds, of work that is shown ten times a second. */
  function written(isTTY: boolean, seconds: number, share = true): string[] {
    const lines: string[] = [];
    const stream = { isTTY, write: (text: string) => lines.push(text) };
    const progress = new Progress(stream as unknown as NodeJS.WriteStream);
    for (let tenth = 1; tenth <= seconds * 10; tenth += 1) {
      clock.tick(100);
      progress.show({ count: tenth * 150, of: 'users' }, share ? tenth / 1000 : undefined);
    }
    progress.clear();
    return lines;
  }

  it('shows nothing of what takes less than a second', () => {
    assert.deepEqual(written(true, 0.9), []);
  });

  it('shows how much, how quick and how long yet, in one line that is gone in the end', () => {
    const lines = written(true, 2);
    assert.equal(lines[0], '\r\x1b[K1,500 users, 1,500 a second, 1:39 left');
    assert.equal(lines.at(-1), '\r\x1b[K');
    assert.ok(lines.length > 4 && lines.length < 9);
  });

  it('shows a line now and then where nobody looks on, and no time where nobody knows it', () => {
    assert.deepEqual(written(false, 25, false), ['15,000 users, 1,500 a second\n', '30,000 users, 1,500 a second\n']);
  });

  it('aligns tables by what is seen', () => {
    const rows = [
      ['🦊', 'x'],
      ['long', ''],
    ];
    assert.equal(table(['A', 'B'], rows), 'A     B\n🦊     x\nlong\n');
  });
});
