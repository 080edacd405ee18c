import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { decodeProtectedHeader, SignJWT } from 'jose';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { revokeKey } from '../../../src/keys/index.ts';
import { SECRET } from '../../support/declaration.ts';
import { createTestDatabase } from '../../support/postgres.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const API = 'https://api.example.com';
const service = { id: 'service', secret: SECRET };

const kidOf = (jwt: string | undefined) => String(decodeProtectedHeader(jwt ?? '').kid);
const machineToken = async ({ issuer }: TestServer): Promise<string> => {
  const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
  return String((await new RelyingParty(issuer).token(parameters, service)).body.access_token);
};

describe('tokens, counted by key', () => {
  let server: TestServer;
  before(async () => {
    server = await startServer();
  });
  after(() => server.close());

  /** Of one metric: each series with its value. */
  async function series(name: string): Promise<Record<string, number>> {
    const text = await (await fetch(`${server.issuer}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`));
    return Object.fromEntries(
      lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  }
  const show = (path: string, token: string) =>
    fetch(server.issuer + path, { headers: { authorization: `Bearer ${token}` } });

  it('as they are signed: access tokens and ID tokens', async () => {
    const machines = [await machineToken(server), await machineToken(server)];
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), {
      client_id: 'web',
      scope: 'openid orders:read',
    });
    const [es256, rs256] = [kidOf(machines[0]), kidOf(tokens['id_token'])];
    assert.equal(kidOf(tokens['access_token']), es256);
    assert.deepEqual(await series('tokens_signed_total'), {
      [`{kid="${es256}",kind="access_token"}`]: 3,
      [`{kid="${rs256}",kind="id_token"}`]: 1,
    });
  });

  it('as somebody wants them looked at, under the keys there are, and no other name', async () => {
    const token = await machineToken(server);
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), { client_id: 'web', scope: 'openid' });
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const foreign = await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: 'a name of their own' })
      .sign(privateKey);
    for (const each of [token, foreign, 'nonsense']) await show('/v1/keys', each);
    await show('/oauth2/userinfo', tokens['access_token'] ?? '');
    await show('/oauth2/userinfo', token);
    for (const each of [token, foreign, tokens['access_token'] ?? '']) {
      await new RelyingParty(server.issuer).post(
        '/oauth2/introspect',
        { token: each },
        { id: 'confidential', secret: SECRET },
      );
    }
    await fetch(`${server.issuer}/oauth2/userinfo`);
    const kid = kidOf(token);
    assert.deepEqual(await series('token_verifications_total'), {
      [`{kid="${kid}",by="api"}`]: 1,
      [`{kid="${kid}",by="userinfo"}`]: 1,
      [`{kid="${kid}",by="introspection"}`]: 1,
      '{kid="other",by="api"}': 1,
      '{kid="other",by="introspection"}': 1,
      '{kid="none",by="api"}': 1,
      '{kid="none",by="userinfo"}': 1,
      '{kid="none",by="introspection"}': 1,
    });
  });

  it('as long as the key is there', async () => {
    const { masterKeys, signingKeys: policy } = server.config;
    const kid = kidOf(await machineToken(server));
    await revokeKey({ db: server.db, clock: systemClock, masterKeys, policy }, kid);
    await server.gatehouse.keys.reload();
    const next = kidOf(await machineToken(server));
    const names = Object.keys(await series('tokens_signed_total')).join();
    assert.ok(names.includes(next) && !names.includes(kid), names);
  });
});

describe('what a server has signed', () => {
  it('is written down when it ends, for whoever revokes the key', async () => {
    const database = await createTestDatabase();
    const db = createDatabase(database.url, { max: 1 });
    try {
      const server = await startServer({ databaseUrl: database.url, jobs: true });
      const token = await machineToken(server);
      await server.close();
      const rows = await db('signed_tokens').select('kid', 'client_id', 'kind', 'tokens');
      assert.deepEqual(rows, [{ kid: kidOf(token), client_id: 'service', kind: 'access_token', tokens: 1 }]);
    } finally {
      await db.destroy();
      await database.drop();
    }
  });
});
