import { type Replay, type ReplayFrom, replay } from '../../events/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { confirm } from '../confirm.ts';
import { noteChange } from '../note-change.ts';
import { Refusal } from '../run.ts';
import { withEvents } from './with-events.ts';

export interface ReplayOptions {
  readonly since?: string;
  readonly position?: string;
  readonly yes?: boolean;
}

const WHY: Record<Extract<Replay, { problem: string }>['problem'], string> = {
  no_sink: 'There is no sink of this name: see gatehouse events sinks',
  not_kept: 'Some of these events are no longer kept. The sink goes on from where it was.',
  ahead: 'There is no event at this position yet. The sink goes on from where it was.',
};

/** `events replay`: a sink gets once more what it has had. */
export async function replaySink(sink: string, options: ReplayOptions): Promise<void> {
  const from = fromOf(options);
  await confirm(`Deliver again to ${sink}? It has to know by their ids what it has had.`, options);
  const replayed = await withEvents((parts) => replay(parts, sink, from));
  if ('problem' in replayed) throw new Refusal(WHY[replayed.problem]);
  await noteChange('events.replay', { sink, position: replayed.position });
  process.stdout.write(`${sink} gets what stands behind position ${replayed.position} again, within a few seconds.\n`);
}

function fromOf({ since, position }: ReplayOptions): ReplayFrom {
  if ((since === undefined) === (position === undefined))
    throw operatorError('--since', 'say from when on, or --position; one of the two');
  if (since !== undefined) {
    const moment = new Date(since);
    if (Number.isNaN(moment.getTime())) throw operatorError('--since', 'must be a time such as 2026-11-26T09:00:00Z');
    return { since: moment };
  }
  const number = Number(position);
  if (!Number.isInteger(number) || number < 0) throw operatorError('--position', 'must be a whole number');
  return { position: number };
}
