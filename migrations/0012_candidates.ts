import type { Knex } from 'knex';

export const name = '0012_candidates.ts';

/**
 * Candidates, their assessment sessions, and the trail of what became of each session.
 *
 * Times are the database's own: nodes need not agree on theirs. `due_at` is when a live session ends by itself, and null for
 * every other. `remaining_ms` is what is left of `duration_seconds` as of `running_since`, or as of when the clock was stopped.
 * A save touches no indexed column, so that PostgreSQL leaves every index alone (HOT).
 *
 * `state_data` is `json`, not `jsonb`: what was saved is what is read, to the digit, and its hash can be checked.
 *
 * The trail has no reference to its session: checking that costs each save a query more, and both are only ever removed
 * together. It is written once; `gatehouse.retention` is set by the job that removes what is too old, for its transaction.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create table candidates (
      id uuid primary key,
      external_id text unique,
      email text,
      name text,
      metadata jsonb not null,
      status text not null default 'active' check (status in ('active', 'inactive')),
      created_at timestamptz not null,
      updated_at timestamptz not null,
      deactivated_at timestamptz,
      check ((status = 'inactive') = (deactivated_at is not null))
    );

    create table assessment_sessions (
      id uuid primary key,
      candidate_id uuid not null references candidates,
      assessment text not null,
      state text not null check (state in ('created', 'in_progress', 'paused', 'submitted', 'expired', 'terminated')),
      state_data json not null,
      state_hash bytea not null,
      state_size integer not null,
      version integer not null,
      duration_seconds integer,
      remaining_ms bigint,
      running_since timestamptz,
      expires_at timestamptz,
      due_at timestamptz,
      devices text not null default 'one' check (devices in ('one', 'several')),
      active_device text,
      device_since timestamptz,
      trail_length integer not null,
      started_at timestamptz,
      ended_at timestamptz,
      created_at timestamptz not null,
      updated_at timestamptz not null,
      check ((state in ('created', 'in_progress', 'paused')) = (ended_at is null)),
      check ((duration_seconds is null) = (remaining_ms is null)),
      check (due_at is null or ended_at is null)
    ) with (fillfactor = 80);
    create unique index assessment_sessions_one_live on assessment_sessions (candidate_id, assessment)
      where ended_at is null;
    create index assessment_sessions_by_candidate on assessment_sessions (candidate_id, id);
    create index assessment_sessions_by_due on assessment_sessions (due_at) where due_at is not null;
    create index assessment_sessions_by_end on assessment_sessions (ended_at) where ended_at is not null;

    create table assessment_trail (
      session_id uuid not null,
      seq integer not null,
      event text not null,
      state text not null,
      version integer not null,
      state_size integer not null,
      state_hash bytea not null,
      actor_kind text not null check (actor_kind in ('service', 'candidate', 'clock')),
      actor text,
      client_id text,
      reason text,
      at timestamptz not null,
      primary key (session_id, seq)
    );

    create function refuse_trail_change() returns trigger language plpgsql as $$
      begin
        if tg_op = 'DELETE' and current_setting('gatehouse.retention', true) = 'on' then return null; end if;
        raise exception 'assessment_trail is append only' using errcode = 'insufficient_privilege';
      end
    $$;
    create trigger assessment_trail_append_only before update or delete or truncate on assessment_trail
      for each statement execute function refuse_trail_change();
  `);
}

export async function down(knex: Knex): Promise<void> {
  await knex.raw(`
    drop table assessment_trail, assessment_sessions, candidates;
    drop function refuse_trail_change();
  `);
}
