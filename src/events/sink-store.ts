import type { Knex } from 'knex';

/** A sink as every node sees it. */
export interface SinkState {
  readonly name: string;
  /** The last position that is delivered, or laid aside. */
  readonly position: number;
  readonly state: 'ok' | 'failing';
  readonly lastError: string | undefined;
  readonly failingSince: Date | undefined;
  readonly deliveredAt: Date | undefined;
  /** Which node relays to it now; undefined where none does. */
  readonly leasedBy: string | undefined;
}

/** Makes what is new among them; it begins with what happens from now on. */
export async function declareSinks(db: Knex, names: readonly string[], position: number): Promise<void> {
  if (names.length === 0) return;
  const rows = names.map((name) => ({ name, position }));
  await db('event_sinks').insert(rows).onConflict('name').ignore();
}

export async function listSinks(db: Knex): Promise<SinkState[]> {
  const rows = await db('event_sinks').select('*', db.raw('leased_until > now() as is_leased')).orderBy('name');
  return rows.map((row) => ({
    name: row.name,
    position: row.position,
    state: row.state,
    lastError: row.last_error ?? undefined,
    failingSince: row.failing_since ?? undefined,
    deliveredAt: row.delivered_at ?? undefined,
    leasedBy: row.is_leased ? row.leased_by : undefined,
  }));
}

/** Who may deliver to a sink, by the database's clock, and for how long without a sign of life. */
export interface Holder {
  readonly sink: string;
  /** One relay of one process. */
  readonly holder: string;
  /** Milliseconds. */
  readonly lease: number;
}

/**
 * Takes a sink that nobody holds, or keeps it.
 * @returns the position to go on behind, which an operator may have changed; undefined where another holds it.
 */
export async function holdSink(db: Knex, { sink, holder, lease }: Holder): Promise<number | undefined> {
  const { rows } = await db.raw(HOLD, [holder, lease, sink, holder]);
  return rows[0]?.position;
}

const HOLD = `
  update event_sinks set leased_by = ?, leased_until = now() + ? * interval '1 millisecond'
  where name = ? and (leased_by = ? or leased_until is null or leased_until <= now())
  returning position`;

export async function releaseSink(db: Knex, { sink, holder }: Holder): Promise<void> {
  await db('event_sinks').where({ name: sink, leased_by: holder }).update({ leased_by: null, leased_until: null });
}

/**
 * Moves the cursor on, in the transaction of what is laid aside, where there is one.
 * @returns false where it is not where it was any more, or somebody else holds the sink; nothing was written then.
 */
export async function moveCursor(
  db: Knex,
  { sink, holder }: Holder,
  { from, to, delivered }: { readonly from: number; readonly to: number; readonly delivered: boolean },
): Promise<boolean> {
  const well = delivered ? { delivered_at: db.fn.now() } : {};
  const moved = await db('event_sinks')
    .where({ name: sink, leased_by: holder, position: from })
    .update({ position: to, ...well });
  return moved === 1;
}

/** Sets the cursor by an operator's word; whoever delivers goes on from there. @returns false where there is no such sink. */
export async function setCursor(db: Knex, sink: string, position: number): Promise<boolean> {
  return (await db('event_sinks').where({ name: sink }).update({ position })) === 1;
}

/** Notes how it goes, for operators to see. */
export async function noteSinkFailure(db: Knex, sink: string, error: string): Promise<void> {
  await db('event_sinks')
    .where({ name: sink })
    .update({
      state: 'failing',
      last_error: error.slice(0, 500),
      failing_since: db.raw('coalesce(failing_since, now())'),
    });
}

/** What went wrong the last time stays to be seen. */
export async function noteSinkWell(db: Knex, sink: string): Promise<void> {
  await db('event_sinks').where({ name: sink, state: 'failing' }).update({ state: 'ok', failing_since: null });
}

/** How far a sink is behind. */
export interface SinkBacklog {
  readonly sink: string;
  /** Events behind the cursor or laid aside, 100,000 at most; seconds since the oldest of them; and how many were given up. */
  readonly backlog: number;
  readonly age: number;
  readonly dead: number;
}

export async function measureSinks(db: Knex): Promise<SinkBacklog[]> {
  const { rows } = await db.raw(BACKLOG);
  return rows.map((row: Record<string, string>) => ({
    sink: row['sink'] ?? '',
    backlog: Number(row['backlog']),
    age: Number(row['age']),
    dead: Number(row['dead']),
  }));
}

const BACKLOG = `
  select s.name as sink,
    least(100000, (select count(*) from (select from events where position > s.position limit 100000) behind)
      + (select count(*) from event_deliveries where sink = s.name and state = 'waiting')) as backlog,
    coalesce(extract(epoch from now() - least(
      (select time from events where position > s.position order by position limit 1),
      (select e.time from event_deliveries d join events e on e.id = d.event_id
       where d.sink = s.name and d.state = 'waiting' order by d.position limit 1))), 0) as age,
    (select count(*) from event_deliveries where sink = s.name and state = 'dead') as dead
  from event_sinks s order by s.name`;
