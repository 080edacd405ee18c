import type { Knex } from 'knex';

export const name = '0014_events.ts';

/**
 * What has happened, in the order in which it was written down, a partition a month by the time that an id tells (UUIDv7).
 *
 * `position` is given out when a row is written, and only after its transaction has an xid: by xids a reader knows when
 * all that stands below a position is committed or never will be (`src/events/horizon.ts`). `data` is `json`:
 * it is hashed as it was written. `hash` is put in behind the commit, in the order of the log (`src/events/seal.ts`).
 *
 * `event_retention.dropped` is the last position that is no longer kept.
 *
 * `event_sinks` holds where each sink is, and which node delivers to it; `event_deliveries` what one has not taken, and what
 * waits behind it.
 *
 * `events_other` takes what belongs to a month that has no partition yet, so that nobody's change fails for the want of one.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create sequence event_position;
    create table events (
      id uuid not null primary key,
      position bigint not null
        default case when pg_current_xact_id() is not null then nextval('event_position') end,
      type text not null,
      subject text,
      time timestamptz not null,
      correlation_id text,
      actor text,
      client_id text,
      network text,
      data json not null,
      hash bytea
    ) partition by range (id);
    create index events_by_position on events (position);
    create index events_by_type on events (type, position);
    create index events_by_subject on events (subject, position) where subject is not null;
    create index events_by_actor on events (actor, position) where actor is not null;
    create table events_other partition of events default;

    do $$
    declare
      month timestamptz;
      bound text := 'lpad(to_hex((extract(epoch from $1) * 1000)::bigint), 12, ''0'') || repeat(''0'', 20)';
      first text;
      next text;
    begin
      for ahead in 0..3 loop
        month := date_trunc('month', now() at time zone 'utc') at time zone 'utc';
        execute 'select ' || bound into first
          using (month at time zone 'utc' + make_interval(months => ahead)) at time zone 'utc';
        execute 'select ' || bound into next
          using (month at time zone 'utc' + make_interval(months => ahead + 1)) at time zone 'utc';
        execute format('create table %I partition of events for values from (%L) to (%L)',
          to_char(month at time zone 'utc' + make_interval(months => ahead), '"events_"YYYY_MM'), first, next);
      end loop;
    end $$;

    create table event_retention (dropped bigint not null);
    insert into event_retention values (0);

    create table event_chains (
      month text primary key,
      position bigint not null,
      hash bytea not null
    );

    create table event_sinks (
      name text primary key,
      position bigint not null,
      state text not null default 'ok' check (state in ('ok', 'failing')),
      last_error text,
      failing_since timestamptz,
      delivered_at timestamptz,
      leased_by text,
      leased_until timestamptz
    );
    create table event_deliveries (
      sink text not null references event_sinks (name) on delete cascade,
      event_id uuid not null,
      position bigint not null,
      subject text,
      state text not null default 'waiting' check (state in ('waiting', 'dead')),
      attempts integer not null,
      first_failed_at timestamptz,
      last_error text,
      next_try_at timestamptz not null,
      primary key (sink, event_id)
    );
    create index event_deliveries_by_position on event_deliveries (sink, state, position);
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(
    'drop table event_deliveries, event_sinks, event_chains, event_retention, events; drop sequence event_position;',
  );
}
