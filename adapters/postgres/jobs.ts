import type { Knex } from 'knex';

/** Minutes after which whoever has a job in hand is dead: no job of ours takes half as long. */
const ABANDONED = 5;

/**
 * Puts the queue in order: takes jobs out of the hands of processes that were killed, which the worker itself does after
 * four hours, and removes those whose last try has failed. Their payload is of no use then, and may hold a sealed mail.
 */
export async function tidyJobs(db: Knex): Promise<void> {
  await db.raw(
    `select graphile_worker.force_unlock_workers(array_agg(distinct locked_by)) from graphile_worker.jobs
     where locked_at < now() - make_interval(mins => ?)`,
    [ABANDONED],
  );
  await db.raw(
    `select graphile_worker.complete_jobs(array_agg(id)) from graphile_worker.jobs
     where attempts >= max_attempts and locked_at is null`,
  );
}
