import type { CandidateParts } from '../parts.ts';
import type { JsonObject } from '../types.ts';
import { isWritable } from './machine.ts';
import { isOutOfReach } from './reach.ts';
import { secondsOf } from './row.ts';
import type { Save, SaveRow } from './save-store.ts';
import { isTooLong, storedState } from './state-data.ts';
import type { Caller, State } from './types.ts';

/** The session's data as they are stored after a save. */
export interface Saved {
  readonly version: number;
  readonly state: State;
  readonly remainingSeconds: number | undefined;
  readonly updatedAt: Date;
}

export type SaveRefusal =
  | { readonly refused: 'not_found' | 'too_long' | 'taken_over' }
  | { readonly refused: 'not_writable'; readonly state: State }
  /** Somebody else has saved: the version that there is. */
  | { readonly refused: 'stale'; readonly version: number };

/**
 * Saves `state_data` if it is still of one of `versions` (RFC 9110 §13.1.1). What is stored already is no new version, also
 * where it was another caller's: it may be a retry whose answer was lost.
 */
export async function saveState(
  { saves }: CandidateParts,
  caller: Caller,
  id: string,
  { versions, data }: { readonly versions: readonly number[]; readonly data: JsonObject },
): Promise<Saved | SaveRefusal> {
  if (isOutOfReach(caller, id)) return { refused: 'not_found' };
  const save: Save = { id, caller, versions, stored: storedState(data) };
  if (isTooLong(save.stored)) return { refused: 'too_long' };
  for (let row = await saves.soon(save); ; row = await saves.alone(save)) {
    if (!row) return { refused: 'not_found' };
    const refusal = refusalOf(row);
    if (refusal) return refusal;
    if (row.same) return told(row);
    if (!versions.includes(row.version)) return { refused: 'stale', version: row.version };
    // Nothing was in its way but another statement that was faster: look at what that one left.
  }
}

function refusalOf({ has_device, state }: SaveRow): SaveRefusal | undefined {
  if (!has_device) return { refused: 'taken_over' };
  return isWritable(state) ? undefined : { refused: 'not_writable', state };
}

const told = ({ version, state, left_ms, updated_ms }: SaveRow): Saved => ({
  version,
  state,
  remainingSeconds: secondsOf(left_ms),
  updatedAt: new Date(updated_ms),
});
