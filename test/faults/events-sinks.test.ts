import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { createClient } from 'redis';
import { sinkOf } from '../../adapters/sinks/index.ts';
import {
  append,
  type CloudEvent,
  declareSinks,
  followLog,
  listSinks,
  type Sink,
  startRelay,
} from '../../src/events/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { openTestDatabase } from '../support/database.ts';
import { anEvent, appendAlone, loggedEvents } from '../support/events.ts';
import { type RedisNode, startRedis } from '../support/redis.ts';
import { installTimeout } from '../support/system.ts';
import { until } from '../support/until.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const MIB = 2 ** 20;
const [ROUNDS, SUBJECTS] = [20, 8];

/** What a receiver may do instead of taking an event. */
const RECEIVERS: Readonly<Record<string, (request: IncomingMessage, response: ServerResponse) => void>> = {
  broken: (_, response) => void response.writeHead(500).end(),
  hanging: () => undefined,
  moved: (_, response) => void response.writeHead(302, { location: '/good' }).end(),
  closing: (request) => void request.socket.destroy(),
  endless: (_, response) => {
    response.writeHead(500, { 'content-length': String(1024 * MIB) });
    const more = () => {
      while (!response.destroyed) if (!response.write(Buffer.alloc(MIB))) return void response.once('drain', more);
    };
    more();
  },
};

describe('sinks of every kind', function () {
  this.timeout(installTimeout);
  let db: Knex;
  let close: () => Promise<void>;
  let redis: RedisNode;
  let client: ReturnType<typeof createClient>;
  let receiver: Server;
  const good: CloudEvent[] = [];
  const closers: (() => Promise<unknown>)[] = [];
  before(async () => {
    [{ db, close }, redis] = await Promise.all([openTestDatabase(), startRedis()]);
    client = createClient({ url: redis.url });
    await client.connect();
    receiver = createServer(async (request, response) => {
      const body = await text(request).catch(() => '');
      const bad = RECEIVERS[request.url?.slice(1) ?? ''];
      if (bad) return bad(request, response);
      good.push(JSON.parse(body));
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
  });
  afterEach(async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  });
  after(async () => {
    receiver.closeAllConnections();
    receiver.close();
    await client.close();
    await redis.stop();
    await close();
  });

  function sinks() {
    const { port } = receiver.address() as AddressInfo;
    const policy = { timeout: 1, give_up_after: 60, on_dead_letter: 'skip', private_addresses: true } as const;
    const webhook = (name: string) => {
      const to = { url: `http://127.0.0.1:${port}/${name}`, secrets: [SECRET], types: ['*'] };
      return sinkOf({ name, type: 'webhook', ...to, ...policy });
    };
    const stream = { stream: 'events', max_length: 1_000_000, urls: [redis.url], types: ['*'] };
    const bus = sinkOf({ name: 'bus', type: 'redis-stream', ...stream });
    return [bus, webhook('good'), ...Object.keys(RECEIVERS).map(webhook)];
  }

  async function relayTo(all: readonly Sink[]): Promise<void> {
    const log = followLog(db);
    await declareSinks(
      db,
      all.map(({ name }) => name),
      await log.settled(0),
    );
    const relay = startRelay({ db, clock: systemClock, log, issuer: 'https://id.example.com' }, all);
    closers.push(() => Promise.all(all.map((sink) => sink.close())), relay.stop);
  }

  it('[R6] that refuse hold up nobody else, say what they did, take no memory, and get everything in order once they are well', async () => {
    await client.configSet('maxmemory', '1');
    const all = sinks();
    const before = process.memoryUsage().rss;
    await relayTo(all);
    for (let round = 0; round < ROUNDS; round += 1)
      await appendAlone(db, ...Array.from({ length: SUBJECTS }, (_, at) => anEvent(`s${at}`, String(round))));
    await until('the one that is well', () => good.length === ROUNDS * SUBJECTS);
    const rounds = Array.from({ length: ROUNDS }, (_, round) => String(round));
    for (let at = 0; at < SUBJECTS; at += 1)
      assert.deepEqual(
        good.filter(({ subject }) => subject === `s${at}`).map(({ data }) => data['kid']),
        rounds,
      );
    const errors = await until('what the others say', async () => {
      const states = await listSinks(db);
      const failing = states.filter(({ state }) => state === 'failing');
      return failing.length === all.length - 1 && Object.fromEntries(states.map((each) => [each.name, each.lastError]));
    });
    const { bus, ...webhooks } = errors;
    assert.match(bus ?? '', /^OOM/);
    assert.deepEqual(webhooks, {
      good: undefined,
      broken: 'answered 500',
      endless: 'answered 500',
      hanging: 'did not answer within 1 s',
      moved: 'answered 302',
      closing: 'socket hang up',
    });
    const grown = (process.memoryUsage().rss - before) / MIB;
    assert.ok(grown < 128, `${Math.round(grown)} MiB more`);

    assert.equal(await client.xLen('events'), 0);
    await client.configSet('maxmemory', '0');
    await until('the stream', async () => (await client.xLen('events')) >= ROUNDS * SUBJECTS);
    const entries = (await client.xRange('events', '-', '+')) ?? [];
    assert.deepEqual(
      entries.map(({ message }) => message['id']),
      (await loggedEvents(db)).map(({ id }) => id),
    );
  });

  it('[R5] get what commits late in its place, and never what was rolled back', async () => {
    const stream = { stream: 'late', max_length: 1_000_000, urls: [redis.url], types: ['*'] };
    const late = sinkOf({ name: 'late', type: 'redis-stream', ...stream });
    await relayTo([late]);
    const [slow, lost] = [await db.transaction(), await db.transaction()];
    closers.push(async () => slow.isCompleted() || slow.rollback());
    await append(slow, new Date(), anEvent('slow'));
    await append(lost, new Date(), anEvent('lost'));
    await appendAlone(db, anEvent('quick'));
    await lost.rollback();
    // It looks every 20 ms by now.
    await pause(150);
    assert.equal(await client.xLen('late'), 0, 'one with a lower position may still come');
    await slow.commit();
    const entries = async () => (await client.xRange('late', '-', '+')) ?? [];
    await until('both', async () => (await entries()).length >= 2);
    assert.deepEqual(
      (await entries()).map(({ message }) => JSON.parse(message['event'] ?? '').subject),
      ['slow', 'quick'],
    );
  });
});
