/** The worker: what is done behind the answers. Owns the schedule; what a job does is the domain's. */
export { crontab } from './crontab.ts';
export { startWorker, type Tasks } from './worker.ts';
