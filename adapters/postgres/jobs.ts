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

/** Queues a job that is due in so many seconds. Of a transaction it is a part: after a rollback there is none. */
export async function queueJob(db: Knex, task: string, payload: object, seconds: number): Promise<void> {
  await db.raw('select graphile_worker.add_job(?, ?::json, run_at => now() + make_interval(secs => ?))', [
    task,
    JSON.stringify(payload),
    seconds,
  ]);
}

/** What a job is told that runs at half a minute. */
export interface HalfMinute {
  readonly half?: boolean;
}

/** Has a task of the crontab, which knows whole minutes, run once more half a minute later; one for all nodes. */
export async function queueHalfMinute(db: Knex, task: string): Promise<void> {
  await db.raw(
    `select graphile_worker.add_job(?, '{"half": true}', run_at => now() + interval '30 seconds', max_attempts => 1,
       job_key => ?)`,
    [task, `${task} half`],
  );
}
