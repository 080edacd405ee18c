import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { declareSinks, type Sink, startRelay } from '../../../src/events/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { type RunningEvents, runEvents } from '../../../src/running-events.ts';
import { anEvent, appendAlone } from '../../support/events.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const NEVER = new AbortController().signal;

describe('while nothing happens', () => {
  let database: TestDatabase;
  let wire: Wire;
  let db: Knex;
  let running: RunningEvents;
  /** Nobody has waited for it yet. */
  let another: RunningEvents;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    db = createDatabase(wire.url);
    const run = () => runEvents({ db, clock: systemClock }, wire.url, 400 * 86_400);
    [running, another] = [await run(), await run()];
  });
  after(async () => {
    await Promise.all([running.close(), another.close()]);
    await db.destroy();
    await wire.close();
    await database.drop();
  });

  it('a relay to two sinks asks little of the database', async () => {
    const named = { types: ['*'], deliver: async () => undefined, close: async () => undefined };
    const sinks: Sink[] = [
      { ...named, name: 'stream', takes: 'together' },
      { ...named, name: 'webhook', takes: 'each', onDeadLetter: 'skip', giveUpAfter: 60 },
    ];
    await declareSinks(
      db,
      sinks.map(({ name }) => name),
      await running.log.settled(0),
    );
    const relay = startRelay({ db, clock: systemClock, log: running.log, issuer: 'https://id.example.com' }, sinks);
    // They look often for a while, since they have begun to listen.
    await pause(2100);
    const statements = await wire.statementsOf(() => pause(2000));
    await relay.stop();
    assert.ok(statements.length >= 2, 'it is alive');
    assert.ok(statements.length <= 16, `${statements.length} statements in 2 s:\n${statements.join('\n')}`);
  });

  it('whoever waits is told of the first event, and does not look by chance', async () => {
    const before = await another.log.look();
    const began = performance.now();
    const waiting = another.log.grown(before, 5000, NEVER);
    await appendAlone(db, anEvent('one'));
    await waiting;
    // The next look would have been after a second.
    assert.ok(performance.now() - began < 800, `${performance.now() - began} ms`);
    assert.ok(another.log.whole() > before);
  });
});
