import { pino } from 'pino';

/** Lines are written as in production, and thrown away: kept ones would be searched by every collection of garbage. */
export const nowhere = () => pino.destination({ dest: '/dev/null', sync: false });
