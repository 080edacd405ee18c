import assert from 'node:assert/strict';
import { allowedIn, EVENTS, STATES, TRANSITIONS } from '../../../src/candidates/index.ts';

describe('the transitions of a session', () => {
  it('are the contract’s', () => {
    const live = ['created', 'in_progress', 'paused'];
    assert.deepEqual(TRANSITIONS, {
      start: { from: ['created'], to: 'in_progress', again: true },
      pause: { from: ['in_progress'], to: 'paused' },
      resume: { from: ['paused'], to: 'in_progress' },
      submit: { from: ['in_progress', 'paused'], to: 'submitted' },
      terminate: { from: live, to: 'terminated' },
      expire: { from: live, to: 'expired' },
    });
  });

  it('lead everywhere, and out of no state in which a session has ended', () => {
    const reached = new Set(['created', ...Object.values(TRANSITIONS).map(({ to }) => to)]);
    assert.deepEqual([...reached].sort(), [...STATES].sort());
    for (const ended of ['submitted', 'expired', 'terminated'] as const) assert.deepEqual(allowedIn(ended), [], ended);
    assert.deepEqual([...new Set(STATES.flatMap(allowedIn))].sort(), [...EVENTS].sort());
  });
});
