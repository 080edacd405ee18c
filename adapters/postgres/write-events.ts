import type { Write } from '../../src/artifacts/index.ts';
import { appendSql, bound } from '../../src/events/index.ts';
import { names, type Of, of, type Step } from './write-step.ts';

/** What hangs on something that this statement does not even try to do is told by whoever did. */
export function isToldBy(writes: readonly Write[], { of: its }: Of<'event'>): boolean {
  if (!its) return true;
  if ('kind' in its)
    return of(writes, 'end').some(({ ending: { kind, value } }) => kind === its.kind && value === its.value);
  return of(writes, 'destroy').some(({ model, id }) => model === its.model && id.equals(its.id));
}

/** What has happened, of which some is told only if it was this statement that did it. */
export function appended(events: readonly Of<'event'>[]): Step {
  const rows = bound(events.map(({ row }) => row));
  const hanging = [ofRemoved(events), ofEnded(events)].filter((step) => step !== undefined);
  const when = ['', ...hanging.map(({ sql }) => sql)].join(' and not exists ');
  const bindings = hanging.flatMap((step) => step.bindings);
  return { sql: `appended as (${appendSql('?', `, verdict where won${when}`)})`, bindings: [rows, ...bindings] };
}

/** An event of an artefact that it was not this statement to remove. */
function ofRemoved(events: readonly Of<'event'>[]): Step | undefined {
  const its = events.flatMap(({ row, of: done }) => (done && 'model' in done ? [{ event: row.id, ...done }] : []));
  if (its.length === 0) return undefined;
  const sql = `(
      select from unnest(?::uuid[], ?::text[], ?::bytea[]) as o (event, model, id)
      where o.event = e.id and not exists (select from destroyed d where d.model = o.model and d.id = o.id))`;
  return { sql, bindings: [its.map(({ event }) => event), ...names(its)] };
}

/** An event of what it was not this statement to put on the list. */
function ofEnded(events: readonly Of<'event'>[]): Step | undefined {
  const its = events.flatMap(({ row, of: done }) => (done && 'kind' in done ? [{ event: row.id, ...done }] : []));
  if (its.length === 0) return undefined;
  const sql = `(
      select from unnest(?::uuid[], ?::text[], ?::text[]) as o (event, kind, value)
      where o.event = e.id
        and not exists (select from ended d where d.kind = o.kind and d.value = o.value and d.is_new))`;
  return { sql, bindings: [its.map(({ event }) => event), its.map(({ kind }) => kind), its.map(({ value }) => value)] };
}
