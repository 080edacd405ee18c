import { listSinks, measureSinks } from '../../events/index.ts';
import { minute } from '../keys/list.ts';
import { printJson } from '../print-json.ts';
import { table } from '../table.ts';
import { withEvents } from './with-events.ts';

/** `events sinks`: how far each sink is, and what stands in its way. */
export async function sinks({ json }: { json?: boolean }): Promise<void> {
  const { states, backlogs, declared } = await withEvents(async ({ db, config }) => ({
    states: await listSinks(db),
    backlogs: new Map((await measureSinks(db)).map((each) => [each.sink, each])),
    declared: new Set(config.eventSinks.map(({ name }) => name)),
  }));
  const items = states.map(({ name, state, position, lastError, failingSince, deliveredAt, leasedBy }) => {
    const { backlog = 0, age = 0, dead = 0 } = backlogs.get(name) ?? {};
    return {
      ...{ name, state, declared: declared.has(name), relayed: leasedBy !== undefined, position, backlog },
      ...{ age_seconds: Math.round(age), dead_letters: dead, last_error: lastError ?? null },
      failing_since: failingSince?.toISOString() ?? null,
      delivered_at: deliveredAt?.toISOString() ?? null,
    };
  });
  if (json) return printJson({ items });
  if (items.length === 0)
    return void process.stdout.write('There are no sinks. Declare some under event_sinks in gatehouse.yaml.\n');
  const heads = ['NAME', 'STATE', 'BEHIND', 'SECONDS', 'DEAD LETTERS', 'LAST DELIVERY', 'LAST ERROR'];
  process.stdout.write(table(heads, items.map(row)));
}

interface Item {
  readonly name: string;
  readonly state: string;
  readonly declared: boolean;
  readonly relayed: boolean;
  readonly backlog: number;
  readonly age_seconds: number;
  readonly dead_letters: number;
  readonly delivered_at: string | null;
  readonly last_error: string | null;
}

function row(item: Item): string[] {
  const state = !item.declared ? 'not declared' : item.relayed ? item.state : 'no server';
  const numbers = [item.backlog, item.age_seconds, item.dead_letters].map(String);
  const last = item.delivered_at ? minute(new Date(item.delivered_at)) : '–';
  return [item.name, state, ...numbers, last, item.last_error ?? '–'];
}
