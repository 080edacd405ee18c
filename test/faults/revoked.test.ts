import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { createClient } from 'redis';
import { END_SHORT_LIVED } from '../../src/artifacts/index.ts';
import { type Cable, layCable } from '../support/cable.ts';
import { CALLBACK, SECRET } from '../support/declaration.ts';
import { wakeWorker } from '../support/jobs.ts';
import { Operator } from '../support/operator.ts';
import { type RedisNode, startRedis } from '../support/redis.ts';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { createSigner, type Signer } from '../support/signer.ts';
import { until } from '../support/until.ts';

const API = 'https://api.example.com';
const REQUEST = {
  client_id: 'confidential',
  scope: 'openid offline_access orders:read',
  resource: API,
  prompt: 'consent',
};
const confidential = { id: 'confidential', secret: SECRET };
/** Milliseconds in which every request is answered, whatever Redis does: its own time-out, and time for a busy machine. */
const BOUND = 6000;

/** Milliseconds that a slow Redis takes for each answer. */
const SLOW = 300;

/** What can become of Redis. */
const FAULTS: Readonly<
  Record<string, (parts: { redis: RedisNode; cable: Cable }) => Promise<() => Promise<void> | void>>
> = {
  'is emptied': async ({ redis }) => {
    await tell(redis, ['flushall']);
    return () => undefined;
  },
  'is slow': async ({ cable }) => {
    cable.slow(SLOW);
    return () => cable.slow(0);
  },
  'throws out what it holds, and has no room': async ({ redis }) => {
    await tell(redis, ['config', 'set', 'maxmemory-policy', 'allkeys-lru', 'maxmemory', '1']);
    return () => tell(redis, ['config', 'set', 'maxmemory', '0']);
  },
  'answers nothing': async ({ redis }) => {
    redis.freeze();
    return redis.thaw;
  },
  'is away': async ({ cable }) => {
    await cable.cut();
    return cable.mend;
  },
};

/** Under these a proof can still be noted. */
const NOTED = ['is emptied', 'is slow'];

async function tell({ url }: RedisNode, command: string[]): Promise<void> {
  const client = createClient({ url });
  await client.connect();
  await client.sendCommand(command);
  client.destroy();
}

describe('faults: what has ended stays so, and tokens are served, while Redis', function () {
  this.timeout(60_000);
  let redis: RedisNode;
  let cable: Cable;
  let server: TestServer;
  let party: RelyingParty;
  let signer: Signer;
  let operator: Operator;
  before(async () => {
    redis = await startRedis();
    cable = await layCable(redis.port);
    signer = await createSigner('signer');
    const yaml = `
require_verified_email: false
clients:
  - client_id: confidential
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access orders:read
  - client_id: operator
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: users:write
  - client_id: signer
    token_endpoint_auth_method: private_key_jwt
    grant_types: [client_credentials]
    scope: orders:read
    jwks: { keys: [${signer.jwk}] }
resources:
  - identifier: ${API}
    scopes: [orders:read]`;
    server = await startServer({ yaml, env: { REDIS_URL: `redis://127.0.0.1:${cable.port}` }, jobs: true });
    operator = new Operator(server.issuer, 'users:write');
    party = new RelyingParty(server.issuer);
  });
  after(async () => {
    redis.thaw();
    await server.close();
    await cable.cut();
    await redis.stop();
  });

  const introspect = async (token: string) => (await party.post('/oauth2/introspect', { token }, confidential)).body;
  const refresh = (token: string | undefined) =>
    party.token({ grant_type: 'refresh_token', refresh_token: token ?? '' }, confidential);
  const revoke = (token: string | undefined) => party.post('/oauth2/revoke', { token: token ?? '' }, confidential);

  async function inTime<T>(what: string, work: () => Promise<T>): Promise<T> {
    const began = performance.now();
    const result = await work();
    const took = performance.now() - began;
    assert.ok(took < BOUND, `${what} took ${Math.round(took)} ms`);
    return result;
  }

  for (const [fault, cause] of Object.entries(FAULTS)) {
    it(`[R8] ${fault}`, async () => {
      const [ended, live] = [(await obtainTokens(party, REQUEST)).tokens, (await obtainTokens(party, REQUEST)).tokens];
      assert.equal((await revoke(ended['access_token'])).status, 200);
      const used = await refresh(live['refresh_token']);
      const { tokens: victim } = await obtainTokens(party, REQUEST);
      const mend = await cause({ redis, cable });
      try {
        assert.deepEqual(await inTime('introspection', () => introspect(ended['access_token'] ?? '')), {
          active: false,
        });
        assert.equal((await inTime('a refresh', () => refresh(ended['refresh_token']))).body.error, 'invalid_grant');
        assert.equal((await inTime('introspection', () => introspect(used.body.access_token))).active, true);
        const next = await inTime('a refresh', () => refresh(used.body.refresh_token));
        assert.equal(next.status, 200, 'refreshing asks nothing of Redis');
        await endsAll(next.body);
        await isShutOut(victim);
        await provesItself(fault);
      } finally {
        await mend();
      }
      await until('what was left to do is done', nothingIsLeft);
    });
  }

  /** Codes of it are in Redis: where those cannot be reached the client is to ask again, and all else has ended by then. */
  async function endsAll(tokens: { access_token: string; refresh_token: string }): Promise<void> {
    const { status, headers, body } = await inTime('a revocation', () => revoke(tokens.refresh_token));
    if (status !== 200) expectRetry(status, headers, body);
    await until('it is refused', async () => !(await introspect(tokens.access_token)).active);
    assert.equal((await refresh(tokens.refresh_token)).body.error, 'invalid_grant');
  }

  /** Whom an operator signs out is out at once; what is in Redis follows when it is back. */
  async function isShutOut(tokens: Record<string, string>): Promise<void> {
    const { sub } = decodeJwt(tokens['id_token'] ?? '');
    const { status } = await inTime('a forced logout', () => operator.call('POST', `/v1/users/${sub}/logout`));
    assert.equal(status, 204);
    await until('it is refused', async () => !(await introspect(tokens['access_token'] ?? '')).active);
    assert.equal((await refresh(tokens['refresh_token'])).body.error, 'invalid_grant');
  }

  /** Jobs that have failed wait for longer and longer: not here. */
  async function nothingIsLeft(): Promise<boolean> {
    const { rows } = await server.db.raw(
      `select graphile_worker.reschedule_jobs(array_agg(id), run_at => now()) from graphile_worker.jobs
       where task_identifier = ? having count(*) > 0`,
      [END_SHORT_LIVED],
    );
    await wakeWorker(server.db);
    return rows.length === 0;
  }

  /** Which proofs were seen is in Redis: nobody gets in by one that cannot be looked for. */
  async function provesItself(fault: string): Promise<void> {
    const proof = await signer.assertion(server.issuer);
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API, ...proof };
    const began = performance.now();
    const { status, headers, body } = await inTime('a proof', () => party.post('/oauth2/token', parameters, signer));
    if (fault === 'is slow') assert.ok(performance.now() - began >= SLOW, 'it waits for Redis');
    if (NOTED.includes(fault)) assert.equal(status, 200);
    else expectRetry(status, headers, body);
  }

  function expectRetry(status: number, headers: Headers, body: { error?: string }): void {
    assert.deepEqual([status, body.error, headers.get('retry-after')], [503, 'temporarily_unavailable', '1']);
  }
});
