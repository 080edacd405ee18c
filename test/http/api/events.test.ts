import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { cursorsOf } from '../../../src/api/cursor.ts';
import { append } from '../../../src/events/index.ts';
import { bearer } from '../../support/api.ts';
import { anEvent, appendAlone } from '../../support/events.ts';
import { type FedEvent, Feed, startFeed } from '../../support/feed.ts';
import { Operator, operatorDeclaration, operatorToken } from '../../support/operator.ts';
import { startServer, type TestServer } from '../../support/server.ts';

describe('GET /v1/events', () => {
  let server: TestServer;
  let feed: Feed;
  before(async () => {
    ({ server, feed } = await startFeed());
  });
  after(() => server.close());

  const subjectsOf = (items: readonly FedEvent[]) => items.map(({ subject }) => subject);

  it('is read page by page, each event once and in order, with any types at any time', async () => {
    const after = await feed.behind();
    for (let at = 0; at < 7; at += 1) await appendAlone(server.db, anEvent(`subject ${at}`));
    await feed.whole();
    const seen: unknown[] = [];
    for (let cursor = after, left = true; left; ) {
      const { items, next } = await feed.read({ after: cursor, limit: '3', types: 'identity.key.*,candidate.*' });
      seen.push(...items.map(({ subject }) => subject));
      [cursor, left] = [next, items.length > 0];
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 7 }, (_, at) => `subject ${at}`),
    );
    assert.deepEqual((await feed.read({ after, types: 'candidate.*' })).items, []);
  });

  it('begins at a time', async () => {
    await appendAlone(server.db, anEvent('before'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = new Date().toISOString();
    await appendAlone(server.db, anEvent('after'));
    await feed.whole();
    assert.deepEqual(
      (await feed.read({ since })).items.map(({ subject }) => subject),
      ['after'],
    );
    assert.deepEqual((await feed.read({ since: new Date(Date.now() + 3600_000).toISOString() })).items, []);
  });

  it('[R5] takes a cursor of another node, and begins by time before what commits late', async () => {
    const env = { MASTER_KEY: (server.config.masterKeys[0] ?? assert.fail()).toString('base64') };
    await appendAlone(server.db, anEvent('told already'));
    const after = await feed.behind();
    const since = new Date().toISOString();
    const slow = await server.db.transaction();
    await append(slow, new Date(), anEvent('late'));
    await appendAlone(server.db, anEvent('quick'));
    // It has not seen the log without this transaction.
    const other = await startServer({ yaml: operatorDeclaration, databaseUrl: server.config.databaseUrl ?? '', env });
    const theirs = new Feed(other, new Operator(other.issuer, 'events:read'));
    try {
      const early = await theirs.read({ after });
      assert.deepEqual([early.status, early.items, subjectsOf((await theirs.read()).items)], [200, [], []]);
      const [byTime] = await Promise.all([theirs.read({ since }), pause(100).then(() => slow.commit())]);
      await theirs.whole();
      for (const { items, next } of [early, byTime])
        assert.deepEqual(subjectsOf([...items, ...(await theirs.read({ after: next })).items]), ['late', 'quick']);
    } finally {
      await slow.rollback().catch(() => undefined);
      await other.close();
    }
  });

  it('waits for an event, and no longer than it was asked to', async () => {
    const after = await feed.behind();
    const began = Date.now();
    const waiting = feed.read({ after, wait: '30' });
    await appendAlone(server.db, anEvent('awaited'));
    assert.deepEqual(
      (await waiting).items.map(({ subject }) => subject),
      ['awaited'],
    );
    const { items, next } = await feed.read({ after: await feed.behind(), wait: '1', types: 'candidate.*' });
    assert.deepEqual(items, []);
    assert.equal(typeof next, 'string');
    assert.ok(Date.now() - began < 20_000);
  });

  it('comes as server-sent events, and goes on behind Last-Event-ID', async () => {
    const after = await feed.behind();
    const headers = { ...bearer(await operatorToken(server.issuer, 'events:read')), accept: 'text/event-stream' };
    const listen = async (more: Record<string, string>, count: number) => {
      const stop = new AbortController();
      const answer = await fetch(`${server.issuer}/v1/events?after=${after}&types=identity.key.*`, {
        headers: { ...headers, ...more },
        signal: stop.signal,
      });
      assert.equal(answer.headers.get('content-type'), 'text/event-stream; charset=utf-8');
      const found: { id: string; event: string; subject: string }[] = [];
      let rest = '';
      for await (const chunk of answer.body ?? assert.fail()) {
        rest += Buffer.from(chunk).toString();
        const parts = rest.split('\n\n');
        rest = parts.pop() ?? '';
        for (const part of parts.filter((each) => each.startsWith('id: '))) {
          const [id = '', event = '', data = ''] = part.split('\n').map((line) => line.slice(line.indexOf(': ') + 2));
          found.push({ id, event, subject: JSON.parse(data).subject });
        }
        if (found.length >= count) break;
      }
      stop.abort();
      return found;
    };
    await appendAlone(server.db, anEvent('one'), anEvent('two'));
    const listening = listen({}, 3);
    await appendAlone(server.db, anEvent('three'));
    const [first, , third] = await listening;
    assert.deepEqual([first?.subject, first?.event, third?.subject], ['one', 'identity.key.revoked.v1', 'three']);
    const again = await listen({ 'last-event-id': first?.id ?? '' }, 2);
    assert.deepEqual(
      again.map(({ subject }) => subject),
      ['two', 'three'],
    );
  });

  it('refuses a cursor from the future, one of what is no longer kept, a forged one, and a type that there is not', async () => {
    const cursorAt = (position: number) =>
      cursorsOf('/v1/events', server.config.masterKeys).seal(String(position), {}) ?? '';
    const refused = async (query: Record<string, string>) => {
      const { status, code } = await feed.read(query);
      return [status, code];
    };
    assert.deepEqual(await refused({ after: cursorAt(1_000_000_000) }), [400, 'cursor_ahead']);
    await server.db('event_retention').update({ dropped: 2 });
    assert.deepEqual(await refused({ after: cursorAt(1) }), [400, 'cursor_expired']);
    assert.equal((await feed.read({ after: cursorAt(2) })).status, 200);
    await server.db('event_retention').update({ dropped: 0 });
    assert.deepEqual(await refused({ after: 'AAAA' }), [400, 'invalid_cursor']);
    assert.deepEqual(await refused({ types: 'nothing.*' }), [400, 'invalid_query']);
    assert.deepEqual(await refused({ wait: '31' }), [400, 'invalid_query']);
  });
});
