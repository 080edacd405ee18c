import assert from 'node:assert/strict';
import {
  type ClientParts,
  createClient,
  deleteClient,
  disableClient,
  enableClient,
  reconcileClients,
  rotateSecret,
} from '../../../src/clients/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { SECRET } from '../../support/declaration.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { until } from '../../support/until.ts';

const MASTER_KEY = Buffer.alloc(32, 7).toString('base64');
const robot = {
  client_id: 'robot',
  client_secret: SECRET,
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  token_endpoint_auth_method: 'client_secret_basic',
  scope: 'orders:read',
};

describe('a change of a client, on two nodes', () => {
  let database: TestDatabase;
  let nodes: readonly [TestServer, TestServer];
  let parts: ClientParts;
  before(async () => {
    database = await createTestDatabase();
    const start = () => startServer({ databaseUrl: database.url, env: { MASTER_KEY } });
    nodes = [await start(), await start()];
    parts = { db: nodes[0].db, clock: systemClock, endAccess: async () => undefined, endTokens: async () => undefined };
  });
  after(async () => {
    for (const node of nodes ?? []) await node.close();
    await database?.drop();
  });

  const asked = { grant_type: 'client_credentials', scope: 'orders:read', resource: 'https://api.example.com' };
  const statuses = (secret: string, id = 'robot') =>
    Promise.all(nodes.map(async ({ issuer }) => (await new RelyingParty(issuer).token(asked, { id, secret })).status));
  /** How long it takes until every node answers so, in milliseconds: of each step, and said at the end. */
  const took: number[] = [];
  async function follow(status: number, secret = SECRET, id = 'robot'): Promise<void> {
    const begin = performance.now();
    await until(`both nodes answer ${status}`, async () =>
      (await statuses(secret, id)).every((answer) => answer === status),
    );
    took.push(performance.now() - begin);
  }

  it('is known to both within a second, whatever it is', async () => {
    assert.deepEqual(await statuses(SECRET), [401, 401]);
    await createClient(parts, robot);
    await follow(200);
    const rotation = await rotateSecret(parts, 'robot', 0);
    const secret = 'secret' in rotation ? rotation.secret : assert.fail();
    await follow(401);
    await follow(200, secret);
    await disableClient(parts, 'robot');
    await follow(401, secret);
    await enableClient(parts, 'robot');
    await follow(200, secret);
    const taken = { ...robot, client_secret: `${SECRET}-of-the-file` };
    await reconcileClients(parts.db, { clients: [taken], remove: [] }, systemClock);
    await follow(200, taken.client_secret);
    await reconcileClients(parts.db, { clients: [], remove: ['robot'] }, systemClock);
    await follow(401, taken.client_secret);
    await createClient(parts, robot);
    await follow(200);
    await deleteClient(parts, 'robot');
    await follow(401);
    const slowest = Math.max(...took);
    assert.ok(slowest < 1000, `${Math.round(slowest)} ms`);
  });

  it('that the file makes at a node’s start is known to the other', async () => {
    assert.deepEqual(await statuses(SECRET, 'service'), [200, 200]);
    const changed = `client_id: service, client_secret: ${SECRET}-changed, grant_types: [client_credentials]`;
    const third = await startServer({
      databaseUrl: database.url,
      env: { MASTER_KEY },
      yaml: `clients:\n  - { ${changed} }\n`,
    });
    try {
      await follow(401, SECRET, 'service');
    } finally {
      await third.close();
    }
  });

  it('is told by whoever takes over a client that was made by command, in the log of the start', async () => {
    await createClient(parts, { ...robot, client_id: 'taken' });
    const yaml = `clients:\n  - { client_id: taken, client_secret: ${SECRET}, grant_types: [client_credentials] }\n`;
    const third = await startServer({ databaseUrl: database.url, env: { MASTER_KEY }, yaml });
    await third.close();
    const line =
      third
        .logs()
        .split('\n')
        .find((each) => each.includes('made by command')) ?? '{}';
    assert.deepEqual([JSON.parse(line).level, JSON.parse(line).client], ['warn', 'taken']);
  });
});
