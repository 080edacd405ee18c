import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { validate, version } from 'uuid';
import { firstIdAt, newId, timeOfId } from '../../../src/kernel/ids.ts';

describe('ids', () => {
  afterEach(() => mock.timers.reset());

  it('sort by when they were made, also within a millisecond', () => {
    const ids = Array.from({ length: 5000 }, newId);
    assert.deepEqual(ids, ids.toSorted());
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(ids.every((id) => validate(id) && version(id) === 7));
  });

  it('tell the clock’s time, also when the clock was set back', () => {
    for (const now of [Date.UTC(2030, 0), Date.UTC(2026, 0)]) {
      mock.timers.enable({ apis: ['Date'], now });
      const id = newId();
      assert.deepEqual(timeOfId(id), new Date(now));
      assert.ok(firstIdAt(new Date(now)) < id && id < firstIdAt(new Date(now + 1)));
      mock.timers.reset();
    }
  });

  it('begin in 1970, whatever time is asked for', () => {
    assert.equal(firstIdAt(new Date(-1)), firstIdAt(new Date(0)));
    assert.ok(validate(firstIdAt(new Date(-1))) && validate(firstIdAt(new Date('9999-12-31T23:59:59Z'))));
  });
});
