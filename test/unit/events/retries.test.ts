import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { declareSinks, type EachSink, followLog, startRelay } from '../../../src/events/index.ts';
import { LEASE } from '../../../src/events/relay.ts';
import { openTestDatabase } from '../../support/database.ts';
import { anEvent, appendAlone } from '../../support/events.ts';
import { inOwnCluster } from '../../support/own-cluster.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

const DAY = 86_400;

describe('trying again', () => {
  inOwnCluster();
  let db: Knex;
  let close: () => Promise<void>;
  before(async () => {
    ({ db, close } = await openTestDatabase());
  });
  after(() => close());

  it('comes after 1 s, 2 s and so on, five minutes at most, and a day after the first failure no more', async () => {
    const clock = new TestClock();
    const log = followLog(db);
    const sink: EachSink = {
      ...{ name: 'away', types: ['*'], takes: 'each', onDeadLetter: 'skip', giveUpAfter: DAY },
      deliver: async ({ subject }) => {
        if (subject === 'poison') throw new Error('answered 500');
      },
      close: async () => undefined,
    };
    await declareSinks(db, [sink.name], await log.settled(0));
    const results: string[] = [];
    const onResult = (_: string, result: string) => void results.push(result);
    const relay = startRelay({ db, clock, log, issuer: 'https://id.example.com', onResult }, [sink]);
    await appendAlone(db, anEvent('poison'));
    const letter = () => db('event_deliveries').first();
    /** Whatever comes wakes the relay. */
    const tried = async (attempts: number) => {
      await appendAlone(db, anEvent('another'));
      log.wake();
      return until(`try ${attempts}`, async () => {
        const row = await letter();
        return row?.attempts === attempts && row;
      });
    };
    const pauses: number[] = [];
    let row = await tried(1);
    for (let attempts = 2; attempts <= 11; attempts += 1) {
      const pause = (row.next_try_at.getTime() - clock.now().getTime()) / 1000;
      pauses.push(pause);
      clock.advance(pause);
      row = await tried(attempts);
    }
    assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    assert.equal(row.state, 'waiting');
    clock.advance(DAY);
    assert.equal((await tried(12)).state, 'dead');
    await relay.stop();
    const count = (result: string) => results.filter((each) => each === result).length;
    assert.deepEqual([count('failed'), count('dead')], [12, 1]);
  });

  it('a sink of a node that is gone is another’s within 10 s: its lease, and one look of the other', () => {
    assert.ok(LEASE + LEASE / 3 < 10_000);
  });
});
