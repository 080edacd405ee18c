import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { StatusList } from '../../../src/verifier/status-list.ts';
import { type Cable, layCable } from '../../support/cable.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

const REQUEST = { client_id: 'web', scope: 'openid orders:read', resource: 'https://api.example.com' };
/** Seconds after a look in which something may have ended that this node has not heard of. */
const UNHEARD = 36;

describe('a status list on a node that has not heard of what has ended', () => {
  const clock = new TestClock();
  let database: TestDatabase;
  let cable: Cable;
  let server: TestServer;
  let party: RelyingParty;
  let place: { idx: number; uri: string };
  let refreshToken: string;
  before(async () => {
    database = await createTestDatabase();
    const url = new URL(database.url);
    cable = await layCable(Number(url.port));
    url.port = String(cable.port);
    server = await startServer({ databaseUrl: url.href, clock });
    party = new RelyingParty(server.issuer);
    const { tokens } = await obtainTokens(party, REQUEST);
    refreshToken = tokens['refresh_token'] ?? '';
    place = (decodeJwt(tokens['access_token'] ?? '')['status'] as { status_list: typeof place }).status_list;
  });
  after(async () => {
    await server.close();
    await cable.cut();
    await database.drop();
  });

  const statusOf = async (answer: Response) => {
    assert.equal(answer.status, 200);
    const { status_list } = decodeJwt(await answer.text()) as { status_list: { bits: number; lst: string } };
    return new StatusList(status_list.bits, status_list.lst).at(place.idx);
  };

  it('is read anew first', async () => {
    assert.equal(await statusOf(await fetch(place.uri)), 0);
    clock.advance(UNHEARD);
    assert.equal(await statusOf(await fetch(place.uri)), 0);
  });

  it('is neither shown nor signed anew while the database is away, and is again once that is back', async () => {
    assert.equal((await fetch(place.uri)).status, 200);
    await cable.cut();
    assert.equal((await fetch(place.uri)).status, 200, 'it has just looked');
    for (const seconds of [UNHEARD, 1800]) {
      clock.advance(seconds);
      const answer = await fetch(place.uri);
      assert.deepEqual([answer.status, answer.headers.get('retry-after')], [503, '1']);
      assert.equal(((await answer.json()) as { code: string }).code, 'list_behind');
    }
    await cable.mend();
    await until('it can end again', async () => {
      const { status } = await party.post('/oauth2/revoke', { token: refreshToken }, { id: 'web' });
      return status === 200;
    });
    clock.advance(UNHEARD);
    assert.equal(await statusOf(await fetch(place.uri)), 1);
  });
});
