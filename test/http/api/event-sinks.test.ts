import assert from 'node:assert/strict';
import { declareSinks } from '../../../src/events/index.ts';
import { anEvent, appendAlone } from '../../support/events.ts';
import { type Feed, startFeed } from '../../support/feed.ts';
import type { Operator } from '../../support/operator.ts';
import type { TestServer } from '../../support/server.ts';

describe('sinks and dead letters', () => {
  const name = 'crm';
  let server: TestServer;
  let operator: Operator;
  let feed: Feed;
  let eventId: string;
  before(async () => {
    ({ server, operator, feed } = await startFeed());
    await declareSinks(server.db, [name], 0);
    // Others before it, so that there is somewhere to go back to.
    await appendAlone(server.db, ...['a', 'b', 'c', 'd', 'poisoned'].map((subject) => anEvent(subject)));
    const row = await server.db('events').where({ subject: 'poisoned' }).first();
    eventId = row.id;
    await server.db('event_deliveries').insert({
      ...{ sink: name, event_id: eventId, position: row.position, subject: 'poisoned', state: 'dead', attempts: 9 },
      ...{ first_failed_at: new Date(), next_try_at: new Date(), last_error: 'answered 500' },
    });
  });
  after(() => server.close());

  const letters = async (query = '') => {
    const { body } = await operator.call('GET', `/v1/dead-letters${query}`);
    return body['items'] as Record<string, unknown>[];
  };

  it('are told', async () => {
    const { body } = await operator.call('GET', '/v1/event-sinks');
    const [sink] = body['items'] as Record<string, unknown>[];
    assert.deepEqual([sink?.['name'], sink?.['state'], sink?.['relayed']], [name, 'ok', false]);
    const [letter] = await letters();
    const { event_id, type, attempts, last_error } = letter ?? assert.fail();
    assert.deepEqual([event_id, type, attempts, last_error], [eventId, 'identity.key.revoked.v1', 9, 'answered 500']);
    assert.deepEqual(await letters('?sink=another'), []);
  });

  it('are tried again, or dropped, each once', async () => {
    const path = `/v1/dead-letters/${name}/${eventId}`;
    assert.equal((await operator.call('POST', `${path}/retry`)).status, 204);
    assert.equal((await operator.call('POST', `${path}/retry`)).status, 404);
    const row = () => server.db('event_deliveries').where({ event_id: eventId }).first();
    assert.deepEqual([(await row()).state, (await row()).attempts], ['waiting', 0]);
    await server.db('event_deliveries').update({ state: 'dead', first_failed_at: new Date() });
    assert.equal((await operator.call('DELETE', path)).status, 204);
    assert.equal((await operator.call('DELETE', path)).status, 404);
    assert.equal(await row(), undefined);
  });

  it('a sink is sent back to a position or a time, and not to where nothing is kept', async () => {
    await feed.whole();
    const send = async (body: unknown, to = name) => {
      const answer = await operator.call('POST', `/v1/event-sinks/${to}/replay`, body);
      return [answer.status, answer.body['code'] ?? answer.body['position']];
    };
    assert.deepEqual(await send({ position: 3 }), [200, 3]);
    const { position } = await server.db('events').where({ subject: 'poisoned' }).first();
    const since = new Date(Date.now() - 60_000).toISOString();
    assert.equal((await send({ since }))[0], 200);
    assert.deepEqual(await send({ position: 1_000_000_000 }), [409, 'ahead']);
    await server.db('event_retention').update({ dropped: position });
    const before = (await server.db('event_sinks').first('position')).position;
    assert.deepEqual(await send({ position: position - 1 }), [409, 'not_kept']);
    assert.deepEqual(await send({ since: '2020-01-01T00:00:00Z' }), [409, 'not_kept']);
    assert.equal((await server.db('event_sinks').first('position')).position, before);
    await server.db('event_retention').update({ dropped: 0 });
    assert.deepEqual(await send({ position: 3 }, 'nobody'), [404, 'not_found']);
    assert.equal((await send({ position: -1 }))[0], 422);
  });
});
