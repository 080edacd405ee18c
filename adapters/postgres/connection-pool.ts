import { Pool } from 'tarn';

/** A connection of pg's. Knex notes on it that it broke. */
export interface Connection {
  readonly __knex__disposed?: unknown;
}

type Handed = ReturnType<Pool<Connection>['acquire']>;

/**
 * Knex's pool, with a short way for a connection that is free and goes back before anybody waits for it: tarn itself
 * makes two timers and some twenty promises for each, at every statement. Who has to wait, waits as tarn has it.
 */
export class ConnectionPool extends Pool<Connection> {
  override acquire(): Handed {
    const free = this.free.at(-1);
    // A connection that broke is tarn's to throw away.
    if (!free || this.#isBusy() || free.resource.__knex__disposed) return super.acquire();
    this.free.pop();
    this.used.push(free);
    // Nothing is pending any more, and the promise is all that Knex looks at.
    return { promise: Promise.resolve(free.resource) } as Handed;
  }

  override release(connection: Connection): boolean {
    const used = this.used.find(({ resource }) => resource === connection);
    if (!used || this.#isBusy()) return super.release(connection);
    this.used.splice(this.used.indexOf(used), 1);
    // Since when it has been idle.
    this.free.push(Object.assign(used, { timestamp: Date.now() }));
    return true;
  }

  #isBusy(): boolean {
    return this.destroyed || this.pendingAcquires.length > 0;
  }
}
