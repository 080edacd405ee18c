import assert from 'node:assert/strict';
import { findPerson } from '../../../src/accounts/index.ts';
import { bearer } from '../../support/api.ts';
import { anEvent, appendAlone } from '../../support/events.ts';
import { startFeed } from '../../support/feed.ts';
import { type Operator, operatorToken } from '../../support/operator.ts';
import { newPerson } from '../../support/people.ts';
import type { TestServer } from '../../support/server.ts';

describe('GET /v1/audit', () => {
  let server: TestServer;
  let operator: Operator;
  before(async () => {
    ({ server, operator } = await startFeed());
  });
  after(() => server.close());

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
    assert.deepEqual(await typesBy({ actor: 'client:operator' }), ['identity.user.updated.v1']);
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
