import type { CandidateParts } from '../parts.ts';
import { allowedIn, hasHappened, mayHappen, SERVICE_EVENTS } from './machine.ts';
import { isOutOfReach } from './reach.ts';
import { fromRow } from './row.ts';
import { type Step, type StepRow, takeStep } from './transition-store.ts';
import type { AssessmentSession, Caller, State, TransitionEvent } from './types.ts';

export type TransitionRefusal =
  | { readonly refused: 'not_found' | 'taken_over' | 'not_yours' }
  | { readonly refused: 'not_allowed'; readonly state: State; readonly allowed: readonly TransitionEvent[] };

/**
 * Has something happen to a session. To start what was started is no error, and changes nothing. With a session that is over
 * end the tokens that were issued in it, but for reading how it ended.
 * @returns the session as it is then
 */
export async function transition(
  parts: CandidateParts,
  caller: Caller,
  id: string,
  { event, reason }: { readonly event: TransitionEvent; readonly reason?: string | undefined },
): Promise<AssessmentSession | TransitionRefusal> {
  if (isOutOfReach(caller, id)) return { refused: 'not_found' };
  if (caller.kind === 'candidate' && SERVICE_EVENTS.has(event)) return { refused: 'not_yours' };
  for (;;) {
    const row = await stepTaken(parts, { id, caller, event, reason });
    if (!row) return { refused: 'not_found' };
    if (row.changed) return fromRow(row);
    if (!row.has_device) return { refused: 'taken_over' };
    if (hasHappened(event, row.state)) return fromRow(row);
    if (!mayHappen(event, row.state)) return notAllowed(row, caller);
    // Nothing was in its way but another statement that was faster: look at what that one left.
  }
}

/** Tokens that have ended with it are refused by this process's next answer. */
async function stepTaken({ db, time, onEnded }: CandidateParts, step: Step): Promise<StepRow | undefined> {
  const row = await takeStep(db, time, step);
  if (row?.ended_tokens) onEnded?.();
  return row;
}

function notAllowed({ state }: StepRow, { kind }: Caller): TransitionRefusal {
  const allowed = allowedIn(state).filter((event) => kind === 'service' || !SERVICE_EVENTS.has(event));
  return { refused: 'not_allowed', state, allowed };
}
