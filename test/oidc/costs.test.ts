import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import sinon from 'sinon';
import { SECRET } from '../support/declaration.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type AuthorizationRequest, obtainCode, obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { TestClock } from '../support/test-clock.ts';
import { tapWire, type Wire } from '../support/wire.ts';

/** Statements on the wire to PostgreSQL. A write is a statement of its own: it is its own commit. */
interface Cost {
  readonly reads: number;
  readonly writes: number;
}

const API = 'https://api.example.com';
/** Tokens that end with the session: the session is looked up as well. */
const WITH_SESSION = { client_id: 'web', scope: 'openid profile email' };
const WITH_SESSION_FOR_API = { client_id: 'web', scope: 'openid email orders:read', resource: API };
/** Tokens that outlive it. */
const OFFLINE = { client_id: 'web', scope: 'openid email offline_access', prompt: 'consent' };
const OFFLINE_FOR_API = { ...OFFLINE, scope: 'openid offline_access orders:read', resource: API };

/** The code with its grant, and with the session where the tokens end with it; the user. */
const EXCHANGE: Cost = { reads: 2, writes: 1 };
const REFRESH: Cost = { reads: 2, writes: 1 };
/** The used token, and what it was answered. */
const REFRESH_AGAIN: Cost = { reads: 2, writes: 0 };
const REFUSED_REFRESH: Cost = { reads: 1, writes: 0 };
const USERINFO: Cost = { reads: 2, writes: 0 };
/** Session, user and grant; written is the code, and the session where it is to be saved. */
const SINGLE_SIGN_ON: Cost = { reads: 3, writes: 1 };
/** Without a hint the engine looks in three models at once. */
const INTROSPECTION: Cost = { reads: 3, writes: 0 };
const INTROSPECTION_HINTED: Cost = { reads: 1, writes: 0 };
const REVOCATION: Cost = { reads: 3, writes: 1 };
/** By a node that may not have heard of all that has ended: the database is asked about the one token. */
const INTROSPECTION_UNHEARD: Cost = { reads: 1, writes: 0 };
const NOTHING: Cost = { reads: 0, writes: 0 };

describe('what a request costs the database', () => {
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let party: RelyingParty;
  const web = { id: 'web' };
  const service = { id: 'service', secret: SECRET };
  /** Stands still until the last cases. */
  const clock = new TestClock();

  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ databaseUrl: wire.url, clock });
    party = new RelyingParty(server.issuer);
    await obtainTokens(party, WITH_SESSION);
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  async function costs(expected: Cost, status: number, request: () => Promise<{ status: number }>): Promise<void> {
    let answer = 0;
    const all = await wire.statementsOf(async () => {
      answer = (await request()).status;
    });
    assert.equal(answer, status);
    // What has ended is heard of behind the answers, by every node.
    const statements = all.filter((statement) => !statement.includes('pg_current_snapshot'));
    for (const statement of statements) assert.match(statement, /^\s*(select|with|insert)\s/i);
    const writes = statements.filter((statement) => /insert into|delete from|^\s*update/i.test(statement)).length;
    assert.deepEqual({ reads: statements.length - writes, writes }, expected, statements.join('\n'));
  }

  const tokensOf = (request: AuthorizationRequest) => obtainTokens(party, request);
  const refresh = (token: string | undefined, extra: Record<string, string> = {}) =>
    party.token({ grant_type: 'refresh_token', refresh_token: token ?? '', ...extra }, web);

  it('client credentials with a JWT: nothing, once the client is known', async () => {
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    const request = () => party.token(parameters, service);
    await costs({ reads: 1, writes: 0 }, 200, request);
    await costs(NOTHING, 200, request);
  });

  it('an unknown client’s second try, the keys and the discovery document: nothing', async () => {
    const stranger = () => party.token({ grant_type: 'client_credentials' }, { id: 'stranger', secret: SECRET });
    await costs({ reads: 1, writes: 0 }, 401, stranger);
    await costs(NOTHING, 401, stranger);
    for (const path of ['/.well-known/jwks.json', '/.well-known/openid-configuration'])
      await costs(NOTHING, 200, () => fetch(server.issuer + path));
  });

  for (const [words, request, cost] of [
    ['that ends with the session', WITH_SESSION, EXCHANGE],
    ['that ends with the session, for an API', WITH_SESSION_FOR_API, EXCHANGE],
    ['with offline_access', OFFLINE, EXCHANGE],
    ['with offline_access, for an API', OFFLINE_FOR_API, EXCHANGE],
  ] as const) {
    it(`a code’s exchange ${words}: ${cost.reads} reads and one commit`, async () => {
      const { code } = await obtainCode(party, request);
      await costs(cost, 200, () => party.exchange(code, web));
    });
  }

  it('a code that is not one, or one with a wrong verifier: a read; neither writes', async () => {
    await costs({ reads: 1, writes: 0 }, 400, () => party.exchange('not-a-code', web));
    const { code } = await obtainCode(party, OFFLINE);
    const wrong = { code_verifier: 'v'.repeat(43) };
    await costs({ reads: 1, writes: 0 }, 400, () => party.exchange(code, web, wrong));
  });

  for (const [words, request, cost] of [
    ['that ends with the session', WITH_SESSION, REFRESH],
    ['that ends with the session, for an API', WITH_SESSION_FOR_API, REFRESH],
    ['with offline_access', OFFLINE, REFRESH],
    ['with offline_access, for an API', OFFLINE_FOR_API, REFRESH],
  ] as const) {
    it(`a refresh ${words}: ${cost.reads} reads and one commit`, async () => {
      const { tokens } = await tokensOf(request);
      await costs(cost, 200, () => refresh(tokens['refresh_token']));
    });
  }

  it('the same refresh again, when its answer was lost: reads alone', async () => {
    const { tokens } = await tokensOf(OFFLINE_FOR_API);
    const again = () => refresh(tokens['refresh_token']);
    const first = await again();
    await costs(REFRESH_AGAIN, 200, async () => {
      const second = await again();
      assert.deepEqual(second.body, first.body);
      return second;
    });
  });

  it('a refresh for something else with the same token, just then: reads alone', async () => {
    const { tokens } = await tokensOf(OFFLINE_FOR_API);
    await refresh(tokens['refresh_token']);
    await costs(REFRESH_AGAIN, 400, () => refresh(tokens['refresh_token'], { scope: 'openid' }));
  });

  it('a refresh token that is not one: a read', () => costs(REFUSED_REFRESH, 400, () => refresh('not-a-token')));

  it('UserInfo: reads alone', async () => {
    for (const [request, cost] of [
      [WITH_SESSION, USERINFO],
      [OFFLINE, USERINFO],
    ] as const) {
      const { tokens } = await tokensOf(request);
      const headers = { authorization: `Bearer ${tokens['access_token']}` };
      await costs(cost, 200, () => fetch(`${server.issuer}/oauth2/userinfo`, { headers }));
    }
  });

  it('single sign-on: three reads and one commit, the session’s row untouched', async () => {
    for (const request of [WITH_SESSION, WITH_SESSION_FOR_API]) {
      const { agent } = await tokensOf(request);
      const before = await sessionRows();
      await costs(SINGLE_SIGN_ON, 303, () => agent.get(party.authorizeUrl(request)));
      assert.deepEqual(await sessionRows(), before);
    }
  });

  it('introspection of a refresh token: reads alone, fewer with a hint', async () => {
    const { tokens } = await tokensOf(WITH_SESSION);
    const parameters = { token: tokens['refresh_token'] ?? '' };
    await costs(INTROSPECTION, 200, () => party.post('/oauth2/introspect', parameters, web));
    const hinted = { ...parameters, token_type_hint: 'refresh_token' };
    await costs(INTROSPECTION_HINTED, 200, () => party.post('/oauth2/introspect', hinted, web));
  });

  it('introspection of a JWT access token, a person’s or a machine’s: nothing', async () => {
    const { tokens } = await tokensOf(WITH_SESSION_FOR_API);
    const { body } = await party.token(
      { grant_type: 'client_credentials', scope: 'orders:read', resource: API },
      service,
    );
    for (const token of [tokens['access_token'] ?? '', body.access_token]) {
      await costs(NOTHING, 200, async () => {
        const answer = await party.post('/oauth2/introspect', { token }, service);
        assert.equal(answer.body.active, true);
        return answer;
      });
    }
  });

  it('revocation of a JWT access token: one commit', async () => {
    const { tokens } = await tokensOf(WITH_SESSION_FOR_API);
    const parameters = { token: tokens['access_token'] ?? '' };
    await costs({ reads: 0, writes: 1 }, 200, () => party.post('/oauth2/revoke', parameters, web));
  });

  it('revocation of a refresh token: one commit', async () => {
    const { tokens } = await tokensOf(WITH_SESSION);
    const parameters = { token: tokens['refresh_token'] ?? '' };
    await costs(REVOCATION, 200, () => party.post('/oauth2/revoke', parameters, web));
  });

  it('introspection of a JWT access token by a node that has heard nothing for 35 s: one read, and the right answer', async () => {
    const { tokens } = await tokensOf(WITH_SESSION_FOR_API);
    const token = tokens['access_token'] ?? '';
    const { jti = '', sid, sub = '', iat = 0 } = decodeJwt(token);
    await party.post('/oauth2/introspect', { token }, service);
    clock.advance(36);
    const isActive = async (cost: Cost, expected: boolean, what: string) =>
      costs(cost, 200, async () => {
        const answer = await party.post('/oauth2/introspect', { token }, service);
        assert.equal(answer.body.active, expected, what);
        return answer;
      });
    await isActive(INTROSPECTION_UNHEARD, true, 'nothing has ended');
    const [revoked_at, expires_at] = [clock.now(), new Date(clock.now().getTime() + 60_000)];
    for (const [what, row, active] of [
      ['itself', { kind: 'jti', value: jti }, false],
      ['its session', { kind: 'sid', value: sid }, false],
      ['its grant', { kind: 'grant', value: jti.split('.')[0] }, false],
      ['its client', { kind: 'client', value: 'web' }, false],
      ['what its client had until then', { kind: 'client', value: 'web', before: iat + 1 }, false],
      ['what its client had before', { kind: 'client', value: 'web', before: iat }, true],
      ['what its person had until then', { kind: 'sub', value: sub, before: iat + 1 }, false],
      ['what its person had before', { kind: 'sub', value: sub, before: iat }, true],
      ['what nobody is asked of any more', { kind: 'jti', value: jti, expires_at: revoked_at }, true],
      ['another client', { kind: 'client', value: 'other' }, true],
      ['a session that is called as it is', { kind: 'sid', value: jti }, true],
    ] as const) {
      // Nobody is told of a row that is written like this.
      await server.db('revocations').insert({ revoked_at, expires_at, ...row });
      await isActive(INTROSPECTION_UNHEARD, active, what);
      await server.db('revocations').where(row).delete();
    }
    await party.post('/oauth2/revoke', { token }, web);
    await isActive(NOTHING, false, 'it has looked');
  });

  it('single sign-on by a session that is to be saved: the same, in one commit with the code', async () => {
    const { agent } = await tokensOf(WITH_SESSION);
    const { agent: other } = await tokensOf(WITH_SESSION);
    clock.advance(3600);
    // By this the engine tells how long the session lives on.
    const engine = sinon.useFakeTimers({ toFake: ['Date'], now: clock.now() });
    try {
      await other.get(party.authorizeUrl(WITH_SESSION));
      const before = await sessionRows();
      await costs(SINGLE_SIGN_ON, 303, () => agent.get(party.authorizeUrl(WITH_SESSION)));
      assert.notDeepEqual(await sessionRows(), before);
    } finally {
      engine.restore();
    }
  });

  /** `xmin` changes with every write of a row, also one that changes nothing. */
  async function sessionRows(): Promise<unknown> {
    const question = `select xmin::text, ctid::text, id from oidc_artifacts where model = 'Session' order by id`;
    return (await server.db.raw(question)).rows;
  }
});
