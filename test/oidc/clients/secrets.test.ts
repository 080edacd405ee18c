import assert from 'node:assert/strict';
import { type ClientParts, createClient, rotateSecret } from '../../../src/clients/index.ts';
import { Api, basic } from '../../support/api.ts';
import { SECRET } from '../../support/declaration.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const HOUR = 3600;
const backend = {
  client_id: 'made-backend',
  client_secret: SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'orders:read',
  first_party: true,
};

describe('a client’s secret that is rotated', () => {
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let clock: TestClock;
  let party: RelyingParty;
  let api: Api;
  let parts: ClientParts;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    clock = new TestClock();
    server = await startServer({ databaseUrl: wire.url, clock });
    party = new RelyingParty(server.issuer);
    api = new Api(server.issuer);
    parts = { db: server.db, clock, endAccess: async () => undefined, endTokens: async () => undefined };
    await createClient(parts, backend);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const asked = { grant_type: 'client_credentials', scope: 'orders:read', resource: 'https://api.example.com' };
  /** Whether the secret is taken by the engine, in the header and in the form, and by `/v1`. */
  async function taken(secret: string): Promise<boolean[]> {
    const { client_id: id } = backend;
    const { status } = await party.token(asked, { id, secret });
    const introspected = await party.post('/oauth2/introspect', { token: 'x' }, { id, secret });
    const answer = await api.post('/v1/accounts/verification', { email: 'nobody' }, basic(id, secret));
    return [status, introspected.status, answer.status].map((each) => each !== 401);
  }
  const [YES, NO] = [
    [true, true, true],
    [false, false, false],
  ];

  it('works beside the new one until its time is over, at every door, and asks the database nothing for it', async () => {
    assert.deepEqual(await taken(SECRET), YES);
    const result = await rotateSecret(parts, backend.client_id, HOUR);
    const fresh = 'secret' in result ? result.secret : assert.fail();
    await until('the server takes the new one', async () => (await taken(fresh))[0]);
    assert.deepEqual([await taken(fresh), await taken(SECRET), await taken(`${SECRET}x`)], [YES, YES, NO]);
    const statements = await wire.statementsOf(async () => {
      for (const secret of [fresh, SECRET]) {
        const { status } = await party.token(asked, { id: backend.client_id, secret });
        assert.equal(status, 200);
      }
    });
    assert.deepEqual(statements, []);
    clock.advance(HOUR);
    assert.deepEqual([await taken(fresh), await taken(SECRET)], [YES, NO], 'by the clock: nobody was told anything');
  });
});
