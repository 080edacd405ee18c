/**
 * Every minute: turn the keys that are due, remove what has expired. An occurrence missed while nothing ran is not made
 * up for: the next one does what was due.
 */
export const crontab = ['turn_keys', 'sweep_artifacts', 'sweep_proofs', 'sweep_limits', 'tidy_jobs', 'sweep_mails']
  .map((task) => `* * * * * ${task} ?max=1`)
  .join('\n');
