import type { State, TransitionEvent } from './types.ts';

interface Transition {
  readonly from: readonly State[];
  readonly to: State;
  /** Where it has happened already, it may be said again: nothing changes. */
  readonly again?: true;
}

const LIVE: readonly State[] = ['created', 'in_progress', 'paused'];

/**
 * Every transition of a session. `expire` is the clock's. The diagram of docs/assessments.md is drawn from it, and so is
 * what the tests try.
 */
export const TRANSITIONS: Readonly<Record<TransitionEvent | 'expire', Transition>> = {
  start: { from: ['created'], to: 'in_progress', again: true },
  pause: { from: ['in_progress'], to: 'paused' },
  resume: { from: ['paused'], to: 'in_progress' },
  submit: { from: ['in_progress', 'paused'], to: 'submitted' },
  terminate: { from: LIVE, to: 'terminated' },
  expire: { from: LIVE, to: 'expired' },
};

export const STATES: readonly State[] = [...LIVE, 'submitted', 'expired', 'terminated'];

/** What may be sent to `POST /v1/sessions/{id}/transitions`. */
export const EVENTS: readonly TransitionEvent[] = ['start', 'pause', 'resume', 'submit', 'terminate'];

/** What a candidate may not have happen to a session of their own. */
export const SERVICE_EVENTS: ReadonlySet<TransitionEvent> = new Set(['terminate']);

/** Only then does the clock run, and only then is saved. */
export const isWritable = (state: State): boolean => state === 'in_progress';

export const isLive = (state: State): boolean => LIVE.includes(state);

export const mayHappen = (event: TransitionEvent, state: State): boolean => TRANSITIONS[event].from.includes(state);

export const hasHappened = (event: TransitionEvent, state: State): boolean =>
  TRANSITIONS[event].again === true && TRANSITIONS[event].to === state;

/** The events that may happen to a session in this state. */
export const allowedIn = (state: State): TransitionEvent[] => EVENTS.filter((event) => mayHappen(event, state));
