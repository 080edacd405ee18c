const EVERY_MINUTE = [
  'turn_keys',
  'turn_salts',
  'sweep_signed',
  'sweep_artifacts',
  'sweep_proofs',
  'sweep_limits',
  'sweep_revocations',
  'tidy_jobs',
  'sweep_mails',
  'erase_accounts',
  'expire_sessions',
  'remove_sessions',
  'seal_events',
  'keep_events',
];

/**
 * Turns the keys that are due, ends what is overdue, removes what has expired and erases who wanted it. An occurrence missed while nothing ran
 * is not made up for: the next one does what was due.
 */
export const crontab = EVERY_MINUTE.map((task) => `* * * * * ${task} ?max=1`).join('\n');
