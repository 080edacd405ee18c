import { operatorDeclaration } from '../support/operator.ts';
import { startServer } from '../support/server.ts';
import { production } from './production.ts';
import { ISSUER } from './token-kit.ts';

/**
 * Gatehouse as it would be served, on a database that has been filled. The clock by which its sessions are saved runs as fast as
 * the bench says: twice as fast as the real one, or half.
 */
const [, , databaseUrl = ''] = process.argv;
const { env, log, base } = await production(ISSUER);
let [rate, since, before] = [1, performance.now(), 0];
const databaseClock = {
  get ahead() {
    return before + (rate - 1) * (performance.now() - since);
  },
};
process.on('message', (next: number) => {
  [rate, since, before] = [next, performance.now(), databaseClock.ahead];
});
await startServer({ yaml: operatorDeclaration, databaseUrl, env, log, databaseClock });
process.send?.(base);
