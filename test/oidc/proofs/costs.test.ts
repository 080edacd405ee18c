import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { firstPartyDeclaration } from '../../support/api.ts';
import { SECRET } from '../../support/declaration.ts';
import { DpopKey, ProvingParty } from '../../support/dpop.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const API = 'https://api.example.com';
const MACHINE = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };

describe('what a proof costs the database', () => {
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let key: DpopKey;
  let party: ProvingParty;
  let signing: CryptoKey;
  const web = { id: 'web' };

  before(async () => {
    const pair = await generateKeyPair('ES256', { extractable: true });
    signing = pair.privateKey;
    const signer = `  - client_id: signer
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials]
    scope: orders:read
    jwks: { keys: [${JSON.stringify(await exportJWK(pair.publicKey))}] }
resources:`;
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ databaseUrl: wire.url, yaml: firstPartyDeclaration.replace('resources:', signer) });
    key = await DpopKey.create();
    party = new ProvingParty(server.issuer, key);
    await party.token(MACHINE, { id: 'service', secret: SECRET });
    await obtainTokens(party, { client_id: 'web', scope: 'openid' });
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  async function costs(reads: number, writes: number, request: () => Promise<{ status: number }>): Promise<void> {
    let status = 0;
    const statements = await wire.statementsOf(async () => {
      status = (await request()).status;
    });
    const written = statements.filter((statement) => /insert into/i.test(statement)).length;
    assert.deepEqual([status, statements.length - written, written], [200, reads, writes], statements.join('\n'));
  }

  it('a machine’s token: one statement, and no read', () =>
    costs(0, 1, () => party.token(MACHINE, { id: 'service', secret: SECRET })));

  it('a client’s assertion: one statement, and no read; a DPoP proof beside it none more', async () => {
    const assert = async (who: RelyingParty) => {
      const client_assertion = await new SignJWT({ jti: randomUUID() })
        .setProtectedHeader({ alg: 'ES256' })
        .setIssuer('signer')
        .setSubject('signer')
        .setAudience(server.issuer)
        .setExpirationTime('1m')
        .sign(signing);
      const client_assertion_type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
      return who.token({ ...MACHINE, client_assertion_type, client_assertion }, { id: 'signer' });
    };
    const plain = new RelyingParty(server.issuer);
    await assert(plain);
    await costs(0, 1, () => assert(plain));
    await costs(0, 1, () => assert(party));
  });

  it('a code’s exchange and a refresh: the reads and the one commit there are without', async () => {
    const { code } = await obtainCode(party, { client_id: 'web', scope: 'openid' });
    let tokens: Record<string, string> = {};
    await costs(2, 1, async () => {
      const answer = await party.exchange(code, web);
      tokens = answer.body;
      return answer;
    });
    const parameters = { grant_type: 'refresh_token', refresh_token: tokens['refresh_token'] ?? '' };
    await costs(2, 1, () => party.token(parameters, web));
  });

  it('UserInfo: one statement more', async () => {
    const { tokens } = await obtainTokens(party, { client_id: 'web', scope: 'openid' });
    const url = `${server.issuer}/oauth2/userinfo`;
    const headers = await key.headers(tokens['access_token'] ?? '', url);
    await costs(2, 1, () => fetch(url, { headers }));
  });

  it('/v1: one statement more', async () => {
    const url = `${server.issuer}/v1/me`;
    const { tokens } = await obtainTokens(party, {
      client_id: 'app',
      scope: 'openid',
      resource: `${server.issuer}/v1`,
    });
    const headers = await key.headers(tokens['access_token'] ?? '', url);
    await costs(1, 1, () => fetch(url, { headers }));
  });
});
