import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import {
  encodeStatusList,
  placeOf,
  STATUS_LIST_SIZE,
  statusIndexes,
  statusListExists,
  takeStatusBlock,
} from '../../../src/revocations/index.ts';
import { STATUS_BLOCK } from '../../../src/revocations/store.ts';
import { StatusList } from '../../../src/verifier/status-list.ts';
import { type Cable, layCable } from '../../support/cable.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { until } from '../../support/until.ts';

describe('places in the status lists', () => {
  let database: TestDatabase;
  let cable: Cable;
  let db: Knex;
  beforeEach(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    cable = await layCable(Number(url.port));
    url.port = String(cable.port);
    db = createDatabase(url.href);
  });
  afterEach(async () => {
    await db.destroy();
    await cable.cut();
    await database.drop();
  });

  const node = () => statusIndexes(() => takeStatusBlock(db));

  it('are nobody else’s, on two nodes that use up several blocks, whoever asks at the same moment', async () => {
    const nodes = [node(), node()];
    const many = Math.ceil(2.5 * STATUS_BLOCK);
    const taken = await Promise.all(nodes.flatMap((each) => Array.from({ length: many }, () => each.take())));
    assert.ok(taken.every((place) => Number.isSafeInteger(place)));
    assert.equal(new Set(taken).size, 2 * many);
  });

  it('are given away from memory while the database is away, then not at all, and anew once it is back', async () => {
    const indexes = node();
    assert.notEqual(await indexes.take(), undefined);
    await cable.cut();
    let given = 0;
    while ((await indexes.take()) !== undefined) given += 1;
    assert.equal(given, STATUS_BLOCK - 1);
    assert.equal(await indexes.take(), undefined);
    await cable.mend();
    await until('there are places', async () => (await indexes.take()) !== undefined);
  });

  it('go on in the next list where one is full, and are set in that alone', async () => {
    const exists = statusListExists(db);
    assert.equal(await exists(0), false, 'no place was given away yet');
    await takeStatusBlock(db);
    assert.deepEqual([await exists(0), await exists(1)], [true, false]);
    await db.raw(`select setval('status_index', ?, false)`, [STATUS_LIST_SIZE + 1]);
    const place = await node().take();
    assert.ok(place && place > STATUS_LIST_SIZE, String(place));
    assert.deepEqual([await exists(1), await exists(2)], [true, false]);
    const { list, idx } = placeOf(place);
    assert.deepEqual([list, idx], [1, place - STATUS_LIST_SIZE]);
    const [first, second] = [0, 1].map((which) => new StatusList(1, encodeStatusList(which, [idx + 1, place])));
    assert.deepEqual([first?.at(idx), first?.at(idx + 1)], [0, 1]);
    assert.deepEqual([second?.at(idx), second?.at(idx + 1)], [1, 0]);
  });
});
