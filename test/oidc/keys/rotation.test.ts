import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createLocalJWKSet, type JSONWebKeySet, type JWK, jwtVerify } from 'jose';
import { useFakeTimers } from 'sinon';
import { turnKeys } from '../../../src/keys/index.ts';
import { SECRET } from '../../support/declaration.ts';
import { DAY } from '../../support/keys.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

const API = 'https://api.example.com';

describe('keys that rotate, on two nodes', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let nodes: readonly [TestServer, TestServer];

  before(async () => {
    database = await createTestDatabase();
    clock = new TestClock();
    const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
    const start = () => startServer({ databaseUrl: database.url, clock, env: { MASTER_KEY } });
    nodes = [await start(), await start()];
  });
  after(async () => {
    for (const node of nodes ?? []) await node.close();
    await database?.drop();
  });

  const keysOf = async ({ issuer }: TestServer): Promise<JSONWebKeySet> =>
    (await (await fetch(`${issuer}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
  const kids = ({ keys }: JSONWebKeySet) => keys.map(({ kid }) => kid);

  /** Some time goes by, and the job runs on one of the nodes. */
  async function goOn(seconds: number): Promise<void> {
    clock.advance(seconds);
    const [{ db, config }] = nodes;
    await turnKeys({ db, clock, masterKeys: config.masterKeys, policy: config.signingKeys });
    await Promise.all(nodes.map(({ gatehouse }) => gatehouse.keys.reload()));
  }

  async function token({ issuer }: TestServer): Promise<string> {
    const answer = await fetch(`${issuer}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`service:${SECRET}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }),
    });
    const { access_token } = (await answer.json()) as { access_token: string };
    return access_token;
  }

  const kidOf = (jwt: string): string => JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString()).kid;
  const verifies = (jwt: string, keys: JSONWebKeySet) => jwtVerify(jwt, createLocalJWKSet(keys), { audience: API });

  it('rejects no token, whichever node signed it, and whichever key set a gateway has kept', async () => {
    const seen: { jwks: JSONWebKeySet; at: string }[] = [];
    const signedBy = new Set<string>();
    for (const [what, seconds] of [
      ['in the beginning', 0],
      ['the next one is published', 29 * DAY],
      ['the next one signs', DAY],
      ['the one before is gone', 4500],
    ] as const) {
      await goOn(seconds);
      const sets = await Promise.all(nodes.map(keysOf));
      assert.deepEqual(sets[0], sets[1], what);
      seen.push({ jwks: sets[0] as JSONWebKeySet, at: what });
      for (const node of nodes) {
        const jwt = await token(node);
        signedBy.add(kidOf(jwt));
        // A gateway may have the set of this moment, or one from shortly before it.
        for (const { jwks } of seen.slice(-2)) await verifies(jwt, jwks);
      }
    }
    assert.equal(signedBy.size, 2);
    assert.deepEqual(
      seen.map(({ jwks }) => jwks.keys.length),
      [2, 4, 4, 2],
    );
    const [first, , , last] = seen.map(({ jwks }) => kids(jwks));
    assert.ok(!first?.some((kid) => last?.includes(kid)));
  });

  it('is told to every node, none of which had to look by itself', async () => {
    clock.advance(29 * DAY);
    const [one, other] = nodes;
    await one.gatehouse.keys.reload();
    await other.gatehouse.keys.reload();
    await turnKeys({ db: one.db, clock, masterKeys: one.config.masterKeys, policy: one.config.signingKeys });
    await until('both nodes publish the next keys', async () =>
      (await Promise.all(nodes.map(keysOf))).every(({ keys }) => keys.length === 4),
    );
  });

  it('is seen by a node that was not told, half a minute later', async () => {
    const timers = useFakeTimers({ toFake: ['setInterval'], now: 0 });
    const node = await startServer().finally(() => timers.restore());
    const states = () => node.gatehouse.keys.current().keys.map(({ state }) => state);
    // Once it listens it looks, for what was told before: that is not to be the look that is waited for.
    const listens = `datname = current_database() and query like 'listen %keys%' and state = 'idle'`;
    const listening = () => node.db('pg_stat_activity').whereRaw(listens);
    await until('it listens', async () => (await listening()).length > 0);
    await node.gatehouse.keys.reload();
    // As `turnKeys` leaves them, but for the word that it sends.
    await node.db('signing_keys').update({ state: 'retiring' });
    timers.tick(29_999);
    await node.db.raw('select 1');
    assert.deepEqual(states(), ['active', 'active']);
    timers.tick(1);
    await until('it has seen them', () => states().every((state) => state === 'retiring'));
    await node.close();
  });

  it('leaves a request in flight with the engine that it began with', async () => {
    const [node] = nodes;
    const body = String(new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }));
    const asked = request(`${node.issuer}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`service:${SECRET}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': body.length,
        // Answered as the server begins with it.
        expect: '100-continue',
      },
    });
    const answered = once(asked, 'response');
    asked.flushHeaders();
    await once(asked, 'continue');
    const before = kidOf(await token(node));
    while (kidOf(await token(node)) === before) await goOn(DAY);
    asked.end(body);
    const [answer] = (await answered) as [IncomingMessage];
    const { access_token } = (await json(answer)) as { access_token: string };
    assert.equal(kidOf(access_token), before);
    await verifies(access_token, await keysOf(node));
  });

  it('signs nothing, and says why, when it has not seen the keys for too long', async () => {
    const [one] = nodes;
    await one.db.raw('alter table signing_keys rename to out_of_reach');
    clock.advance(2 * DAY);
    const answer = await fetch(`${one.issuer}/oauth2/token`, { method: 'POST' });
    assert.equal(answer.status, 503);
    assert.equal(answer.headers.get('retry-after'), '30');
    const body = (await answer.json()) as Record<string, string>;
    assert.equal(body['error'], 'temporarily_unavailable');
    assert.match(body['error_description'] ?? '', /signing keys/);
    assert.equal((await fetch(`${one.issuer}/readyz`)).status, 503);
    await one.db.raw('alter table out_of_reach rename to signing_keys');
    assert.equal((await fetch(`${one.issuer}/readyz`)).status, 200, 'it looks again before it refuses');
  });

  it('tells how old the keys are, and how long they have', async () => {
    const [{ issuer }] = nodes;
    const metrics = await (await fetch(`${issuer}/metrics`)).text();
    const [, age] = /^signing_key_age_seconds\{alg="ES256"\} (-?\d+)/m.exec(metrics) ?? [];
    const [, left] = /^signing_key_rotation_seconds\{alg="ES256"\} (-?\d+)/m.exec(metrics) ?? [];
    assert.equal(Math.round((Number(age) + Number(left)) / DAY), 30);
  });

  it('publishes public parts alone, in an order that rotation leaves as it is', async () => {
    await goOn(0);
    const before = await keysOf(nodes[0]);
    await goOn(29 * DAY);
    const after = await keysOf(nodes[0]);
    const members = new Set(after.keys.flatMap((key: JWK) => Object.keys(key)));
    assert.deepEqual([...members].sort(), ['alg', 'crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y']);
    const kept = kids(after).filter((kid) => kids(before).includes(kid));
    assert.deepEqual(
      kept,
      kids(before).filter((kid) => kept.includes(kid)),
    );
  });

  it('keeps one engine of a thousand', async function () {
    this.timeout(120_000);
    const [{ gatehouse, db }] = nodes;
    setFlagsFromString('--expose-gc');
    const collect: () => void = runInNewContext('gc');
    const rotate = async (times: number) => {
      for (let index = 0; index < times; index += 1) {
        await db('signing_keys')
          .where({ state: index % 2 ? 'retiring' : 'pending' })
          .update({ state: index % 2 ? 'pending' : 'retiring' });
        await gatehouse.keys.reload();
      }
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = await rotate(200);
    const grown = (await rotate(800)) - before;
    assert.ok(grown < 5e6, `800 engines left ${Math.round(grown / 1000)} kB behind`);
  });
});
