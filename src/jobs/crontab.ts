/** Every minute: remove what has expired. An occurrence missed while nothing ran is not made up for. */
export const crontab = ['* * * * * sweep_artifacts ?max=1', '* * * * * sweep_proofs ?max=1'].join('\n');
