import type { Knex } from 'knex';
import type { DatabaseClock } from '../../kernel/database-clock.ts';
import { together } from '../../kernel/together.ts';
import { type Save, type SaveRow, writeStates } from './save-store.ts';

/** How states come to be saved. */
export interface Saves {
  /**
   * With others that come at the same time, one commit for all of them, and leaving alone what somebody else is changing. A
   * large one as `alone`.
   */
  soon(save: Save): Promise<SaveRow | undefined>;
  /** By itself, and after whoever is changing it. */
  alone(save: Save): Promise<SaveRow | undefined>;
}

/** Saves of one statement. A second turn of the event loop takes a tenth off what each costs where there are many. */
const GATHERED = { most: 32, turns: 2 };

/** Bytes of a state up to which it is saved with others: what takes long is waited for by nobody else. */
const SMALL = 16 * 1024;

export function createSaves(db: Knex, time: DatabaseClock): Saves {
  const alone = async (save: Save) => (await writeStates(db, time, [save], 'wait'))[0];
  const withOthers = together((saves: readonly Save[]) => writeStates(db, time, saves, 'skip'), GATHERED);
  return { soon: (save) => (save.stored.size > SMALL ? alone(save) : withOthers(save)), alone };
}
