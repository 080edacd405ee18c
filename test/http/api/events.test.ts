import assert from 'node:assert/strict';
import { findPerson } from '../../../src/accounts/index.ts';
import { cursorsOf } from '../../../src/api/cursor.ts';
import { declareSinks } from '../../../src/events/index.ts';
import { bearer } from '../../support/api.ts';
import { SECRET } from '../../support/declaration.ts';
import { anEvent, appendAlone } from '../../support/events.ts';
import { Operator, operatorDeclaration, operatorToken } from '../../support/operator.ts';
import { newPerson, signIn, signInAt } from '../../support/people.ts';
import { type AuthorizationRequest, obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';
import { UserAgent } from '../../support/user-agent.ts';

const WEB: AuthorizationRequest = { client_id: 'web', scope: 'openid email offline_access', prompt: 'consent' };
const API = 'https://api.example.com';
const FOR_API: AuthorizationRequest = { client_id: 'web', scope: 'openid email orders:read', resource: API };

type Event = Record<string, unknown> & { readonly type: string; readonly data: Record<string, unknown> };

describe('events over HTTP', () => {
  let server: TestServer;
  let party: RelyingParty;
  let operator: Operator;
  const web = { id: 'web' };
  before(async () => {
    server = await startServer({ yaml: operatorDeclaration });
    party = new RelyingParty(server.issuer);
    operator = new Operator(server.issuer, 'events:read events:write audit:read users:write');
  });
  after(() => server.close());

  const read = async (query: Record<string, string> = {}) => {
    const { status, body } = await operator.call('GET', `/v1/events?${new URLSearchParams(query)}`);
    return { status, code: body['code'], items: body['items'] as Event[], next: String(body['next_cursor']) };
  };
  /** A position is told of once no transaction runs that may have a lower one: of this database, and of its neighbours'. */
  const whole = async () => {
    const row = await server.db('events').max('position as last').first();
    await until('the log is whole', async () => (await server.gatehouse.log.look()) >= Number(row?.['last']));
  };
  /** The cursor behind all there is. */
  const behind = async () => {
    await whole();
    for (let after: Record<string, string> = {}; ; ) {
      const { items, next } = await read({ ...after, limit: '100' });
      if (items.length === 0) return next;
      after = { after: next };
    }
  };
  const eventsOf = async (work: () => Promise<unknown>) => {
    const after = await behind();
    await work();
    await whole();
    return (await read({ after, limit: '100' })).items;
  };
  const typesOf = (events: readonly Event[]) => events.map(({ type }) => type);

  it('tells of a sign-in with the id of its answer and of the log, the application and the person', async () => {
    const person = await newPerson(server.issuer);
    const id = 'a-sign-in-of-mine';
    const agent = new UserAgent(server.issuer, { 'x-correlation-id': id });
    const [event = assert.fail(), ...others] = await eventsOf(async () => {
      const page = await signInAt(agent, await agent.open(party.authorizeUrl(WEB)), person);
      assert.equal(page.headers.get('x-correlation-id'), id);
    });
    assert.deepEqual(others, []);
    const user = (await findPerson(server.db, person.email)) ?? assert.fail();
    const { id: eventId, time, sequence, ...rest } = event;
    assert.match(String(eventId), /^[0-9a-f-]{36}$/);
    assert.ok(Math.abs(Date.parse(String(time)) - Date.now()) < 60_000);
    assert.match(String(sequence), /^\d+$/);
    assert.deepEqual(rest, {
      specversion: '1.0',
      source: server.issuer,
      type: 'identity.login.succeeded.v1',
      subject: user.id,
      datacontenttype: 'application/json',
      correlationid: id,
      actor: `user:${user.id}`,
      clientid: 'web',
      data: { user_id: user.id, method: 'password' },
    });
    assert.ok(server.logs().includes(`"correlation_id":"${id}"`));
    const { network } = await server.db('events').where({ id: eventId }).first();
    assert.equal(network, '127.0.0.1');
  });

  it('tells why somebody was not let in, and neither the address nor the password', async () => {
    const person = await newPerson(server.issuer);
    const wrong = { ...person, password: 'a wrong password that I typed' };
    const nobody = { email: 'nobody-at-all@example.com', password: wrong.password };
    const events = await eventsOf(async () => {
      for (const each of [wrong, nobody]) await signIn(new UserAgent(server.issuer), party, WEB, each);
    });
    const user = await findPerson(server.db, person.email);
    assert.deepEqual(
      events.map(({ type, subject, data }) => [type, subject, data['reason']]),
      [
        ['identity.login.failed.v1', user?.id, 'wrong_password'],
        ['identity.login.failed.v1', undefined, 'unknown_account'],
      ],
    );
    const text = JSON.stringify(events);
    for (const secret of [wrong.password, person.email, nobody.email]) assert.ok(!text.includes(secret));
  });

  it('tells of a session once that ends by signing out', async () => {
    const { agent, tokens } = await obtainTokens(party, WEB);
    const events = await eventsOf(async () => {
      const asked = await agent.open(`${server.issuer}/oauth2/logout?id_token_hint=${tokens['id_token']}`);
      await Promise.all([1, 2, 3].map(() => agent.submit(asked, { logout: 'yes' })));
    });
    assert.deepEqual(typesOf(events), ['identity.session.ended.v1']);
    assert.equal(events[0]?.data['reason'], 'logout');
  });

  it('tells of a token that was revoked: a JWT, a refresh token, a machine’s', async () => {
    const jwt = (await obtainTokens(party, FOR_API)).tokens['access_token'] ?? '';
    const refresh = (await obtainTokens(party, WEB)).tokens['refresh_token'] ?? '';
    const service = { id: 'service', secret: SECRET };
    const grant = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    const machine = (await party.token(grant, service)).body.access_token;
    for (const [token, client, ofUser] of [
      [jwt, web, true],
      [refresh, web, true],
      [machine, service, false],
    ] as const) {
      const events = await eventsOf(async () => {
        for (let time = 0; time < 2; time += 1) await party.post('/oauth2/revoke', { token }, client);
      });
      const [event = assert.fail()] = events;
      assert.deepEqual(typesOf(events), ['identity.token.revoked.v1']);
      const { client_id, reason, user_id, grant_id } = event.data;
      assert.deepEqual([client_id, reason], [client.id, 'revoked']);
      assert.deepEqual([user_id !== null, grant_id !== null], [ofUser, ofUser]);
    }
  });

  it('tells once of a refresh token, and of a code, that was used twice', async () => {
    const { tokens } = await obtainTokens(party, WEB);
    const refresh = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
    assert.equal((await party.token(refresh, web)).status, 200);
    const again = () => party.token({ ...refresh, scope: 'openid' }, web);
    const reused = await eventsOf(() => Promise.all([again(), again(), again()]));
    assert.deepEqual(typesOf(reused).sort(), ['identity.token.reuse-detected.v1', 'identity.token.revoked.v1']);
    assert.equal(reused.find(({ type }) => type.includes('revoked'))?.data['reason'], 'reused');
    const { code } = await obtainCode(party, WEB);
    const replayed = await eventsOf(() => Promise.all(Array.from({ length: 5 }, () => party.exchange(code, web))));
    assert.deepEqual(typesOf(replayed), ['identity.token.revoked.v1']);
  });

  it('is read page by page, each event once and in order, with any types at any time', async () => {
    const after = await behind();
    for (let at = 0; at < 7; at += 1) await appendAlone(server.db, anEvent(`subject ${at}`));
    await whole();
    const seen: unknown[] = [];
    for (let cursor = after, left = true; left; ) {
      const { items, next } = await read({ after: cursor, limit: '3', types: 'identity.key.*,candidate.*' });
      seen.push(...items.map(({ subject }) => subject));
      [cursor, left] = [next, items.length > 0];
    }
    assert.deepEqual(
      seen,
      Array.from({ length: 7 }, (_, at) => `subject ${at}`),
    );
    assert.deepEqual((await read({ after, types: 'candidate.*' })).items, []);
  });

  it('begins at a time', async () => {
    await appendAlone(server.db, anEvent('before'));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const since = new Date().toISOString();
    await appendAlone(server.db, anEvent('after'));
    await whole();
    assert.deepEqual(
      (await read({ since })).items.map(({ subject }) => subject),
      ['after'],
    );
    assert.deepEqual((await read({ since: new Date(Date.now() + 3600_000).toISOString() })).items, []);
  });

  it('waits for an event, and no longer than it was asked to', async () => {
    const after = await behind();
    const began = Date.now();
    const waiting = read({ after, wait: '30' });
    await appendAlone(server.db, anEvent('awaited'));
    assert.deepEqual(
      (await waiting).items.map(({ subject }) => subject),
      ['awaited'],
    );
    const { items, next } = await read({ after: await behind(), wait: '1', types: 'candidate.*' });
    assert.deepEqual(items, []);
    assert.equal(typeof next, 'string');
    assert.ok(Date.now() - began < 20_000);
  });

  it('comes as server-sent events, and goes on behind Last-Event-ID', async () => {
    const after = await behind();
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
      const { status, code } = await read(query);
      return [status, code];
    };
    assert.deepEqual(await refused({ after: cursorAt(1_000_000_000) }), [400, 'cursor_ahead']);
    await server.db('event_retention').update({ dropped: 2 });
    assert.deepEqual(await refused({ after: cursorAt(1) }), [400, 'cursor_expired']);
    assert.equal((await read({ after: cursorAt(2) })).status, 200);
    await server.db('event_retention').update({ dropped: 0 });
    assert.deepEqual(await refused({ after: 'AAAA' }), [400, 'invalid_cursor']);
    assert.deepEqual(await refused({ types: 'nothing.*' }), [400, 'invalid_query']);
    assert.deepEqual(await refused({ wait: '31' }), [400, 'invalid_query']);
  });

  it('erasing somebody is told, by their id', async () => {
    const person = await newPerson(server.issuer);
    const user = (await findPerson(server.db, person.email)) ?? assert.fail();
    const events = await eventsOf(() => operator.call('DELETE', `/v1/users/${user.id}`));
    const told = events.find(({ type }) => type === 'identity.user.deleted.v1');
    assert.deepEqual([told?.['subject'], told?.['actor']], [user.id, 'client:operator']);
  });

  describe('GET /v1/audit', () => {
    const audit = async (query: Record<string, string>) => {
      const { status, body } = await operator.call('GET', `/v1/audit?${new URLSearchParams(query)}`);
      return { status, items: body['items'] as Record<string, unknown>[], next: body['next_cursor'] };
    };
    const lines = async (accept: string, query: Record<string, string>) => {
      const headers = { ...bearer(await operatorToken(server.issuer, 'audit:read')), accept };
      const answer = await fetch(`${server.issuer}/v1/audit?${new URLSearchParams(query)}`, { headers });
      assert.equal(answer.headers.get('content-type')?.split(';')[0], accept);
      return (await answer.text()).trimEnd().split('\n');
    };

    it('tells who did what to whom from where, the newest first, by any of them and by time', async () => {
      const person = await newPerson(server.issuer);
      const { id } = (await findPerson(server.db, person.email)) ?? assert.fail();
      const between = new Date().toISOString();
      await new Promise((resolve) => setTimeout(resolve, 5));
      await operator.call('PATCH', `/v1/users/${id}`, { name: 'Grace' });
      const { items } = await audit({ subject: id });
      assert.deepEqual(
        items.map(({ type, actor }) => [type, actor]),
        [
          ['identity.user.updated.v1', 'client:operator'],
          ['identity.email.verification-requested.v1', null],
          ['identity.user.registered.v1', null],
        ],
      );
      assert.deepEqual([items[0]?.['network'], items[0]?.['client_id']], ['127.0.0.1', 'operator']);
      const typesBy = async (query: Record<string, string>) => (await audit(query)).items.map(({ type }) => type);
      assert.deepEqual(await typesBy({ subject: id, from: between }), ['identity.user.updated.v1']);
      assert.deepEqual((await typesBy({ subject: id, to: between })).length, 2);
      assert.deepEqual(await typesBy({ subject: id, type: 'identity.email.*' }), [items[1]?.['type']]);
      assert.deepEqual(await typesBy({ subject: id, actor: 'user:nobody' }), []);
      const first = await audit({ subject: id, limit: '2' });
      const rest = await audit({ subject: id, limit: '2', cursor: String(first.next) });
      assert.deepEqual([...first.items, ...rest.items], items);
      assert.equal(rest.next, null);
    });

    it('comes as lines of JSON or CSV, all of it, and nothing in it is a formula', async () => {
      const subject = '=cmd|" /C calc"!A0';
      await appendAlone(server.db, anEvent(subject), anEvent(subject));
      const entries = (await lines('application/x-ndjson', { subject })).map((line) => JSON.parse(line));
      assert.deepEqual(entries, (await audit({ subject })).items);
      const [head, ...rows] = await lines('text/csv', { subject });
      assert.equal(head, 'id,time,type,actor,subject,client_id,network,correlation_id,data');
      assert.equal(rows.length, 2);
      assert.ok(rows[0]?.includes(`"'=cmd|"" /C calc""!A0"`), rows[0]);
    });
  });

  describe('sinks and dead letters', () => {
    const name = 'crm';
    let eventId: string;
    before(async () => {
      await declareSinks(server.db, [name], 0);
      await appendAlone(server.db, anEvent('poisoned'));
      const row = await server.db('events').where({ subject: 'poisoned' }).first();
      eventId = row.id;
      await server.db('event_deliveries').insert({
        ...{ sink: name, event_id: eventId, position: row.position, subject: 'poisoned', state: 'dead', attempts: 9 },
        ...{ first_failed_at: new Date(), next_try_at: new Date(), last_error: 'answered 500' },
      });
    });
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
      await whole();
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
});
