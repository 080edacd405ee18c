import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { sha256 } from '../../src/kernel/ids.ts';
import { CALLBACK } from '../support/declaration.ts';
import { type Gate, postgresWrites, redisScripts, type Side, setGate } from '../support/gate.ts';
import { expectInvariants } from '../support/invariants.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { type RedisNode, startRedis } from '../support/redis.ts';
import { consentAt, obtainCode } from '../support/relying-party.ts';
import { Running } from '../support/running.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { createSigner, type Signer, SigningParty } from '../support/signer.ts';
import { installTimeout } from '../support/system.ts';
import { until } from '../support/until.ts';
import type { UserAgent } from '../support/user-agent.ts';
import { startVictim } from '../support/victim.ts';

const API = 'https://api.example.com';
const REQUEST = {
  client_id: 'signer',
  scope: 'openid offline_access orders:read',
  resource: API,
  prompt: 'consent',
};
/** Longer than the same refresh is answered again. */
const LATER = 10_000;

for (const store of ['PostgreSQL', 'PostgreSQL and Redis'] as const) {
  describe(`faults: kill -9 at every write of a token request, with ${store}`, function () {
    this.timeout(installTimeout);
    const running = new Running();
    let database: TestDatabase;
    let redis: RedisNode | undefined;
    let signer: Signer;
    let survivor: TestServer;
    let clock: SinonFakeTimers;
    let ends: Ends;

    before(async () => {
      [database, signer] = [await createTestDatabase(), await createSigner('signer')];
      if (store !== 'PostgreSQL') redis = await startRedis();
      survivor = await startServer({ ...options(), databaseUrl: database.url });
      ends = await killAtEveryWrite();
    });
    after(async () => {
      clock?.restore();
      await survivor.close();
      await running.endAll();
      await redis?.stop();
      await database.drop();
    });

    const yaml = () => `
clients:
  - client_id: signer
    token_endpoint_auth_method: private_key_jwt
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid offline_access orders:read
    jwks: { keys: [${signer.jwk}] }
resources:
  - identifier: ${API}
    scopes: [orders:read]
require_verified_email: false`;
    const options = (env: Record<string, string> = {}) => {
      const own = { MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
      return { yaml: yaml(), env: { ...own, ...(redis ? { REDIS_URL: redis.url } : {}), ...env } };
    };
    const at = (address: string) => new SigningParty(signer, survivor.issuer, address);

    interface Attempt {
      readonly agent: UserAgent;
      /** What is used up by it. */
      readonly spent: string;
      readonly verifier: string;
    }
    type Ends = Readonly<Record<'exchange' | 'refresh', Readonly<Record<Side, Attempt>>>> & { between?: Attempt };

    /** Somebody’s code. */
    async function code(): Promise<Attempt> {
      const party = at(survivor.issuer);
      const { code: spent, agent } = await obtainCode(party, REQUEST);
      return { agent, spent, verifier: party.verifier };
    }
    /** Somebody’s refresh token. */
    async function token(): Promise<Attempt> {
      const own = await code();
      const { body } = await exchange(own);
      return { ...own, spent: body.refresh_token };
    }
    const exchange = ({ spent, verifier }: Attempt, address = survivor.issuer) =>
      at(address).exchange(spent, { id: 'signer' }, { code_verifier: verifier });
    const refresh = ({ spent }: Pick<Attempt, 'spent'>, address = survivor.issuer) =>
      at(address).token({ grant_type: 'refresh_token', refresh_token: spent });

    /** One process that is held in the midst of all of them at once: as if it had been killed in each. */
    async function killAtEveryWrite(): Promise<Ends> {
      const both = async (make: () => Promise<Attempt>) => ({ before: await make(), after: await make() });
      const attempts: Ends = { exchange: await both(code), refresh: await both(token), between: await code() };
      const target = new URL(database.url);
      const postgres = await setGate(Number(target.port), postgresWrites);
      const scripts = redis && (await setGate(redis.port, redisScripts));
      target.port = String(postgres.port);
      const port = await freePort();
      const env = { PORT: String(port), ISSUER: survivor.issuer };
      const own = options(scripts ? { ...env, REDIS_URL: `redis://127.0.0.1:${scripts.port}` } : env);
      const victim = await startVictim({ ...own, databaseUrl: target.href }, await running.folder());
      const address = `http://127.0.0.1:${port}`;
      const answers: Promise<PromiseSettledResult<unknown>[]>[] = [];
      const hold = async (gate: Gate, side: Side, send: () => Promise<unknown>) => {
        const before = gate.held();
        gate.hold(side);
        answers.push(Promise.allSettled([send()]));
        await until('it is held', () => gate.held() > before);
      };
      for (const side of ['before', 'after'] as const) {
        await hold(postgres, side, () => exchange(attempts.exchange[side], address));
        await hold(postgres, side, () => refresh(attempts.refresh[side], address));
      }
      // What proves the client is claimed, and its code is not used: the last, for all of a process share one connection.
      if (scripts) await hold(scripts, 'after', () => exchange(attempts.between as Attempt, address));
      clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
      await victim.kill();
      const settled = (await Promise.all(answers)).flat();
      assert.deepEqual([...new Set(settled.map(({ status }) => status))], ['rejected'], 'nobody was answered');
      for (const gate of [postgres, ...(scripts ? [scripts] : [])]) await gate.close();
      return attempts;
    }

    /** What a refresh token's family has: its tokens, and how many of them are good. */
    async function familyOf({ spent }: Attempt): Promise<{ all: number; good: string[] }> {
      const { rows } = await survivor.db.raw(
        `select t.id, t.consumed_at from oidc_artifacts a join oidc_artifacts t on t.grant_id = a.grant_id
         where t.model = 'RefreshToken' and a.model = 'RefreshToken' and a.id = ?`,
        [sha256(spent)],
      );
      const good = rows.filter((row: { consumed_at: Date | null }) => !row.consumed_at);
      return { all: rows.length, good: good.map(({ id }: { id: Buffer }) => id.toString('hex')) };
    }
    const digest = (value: string) => sha256(value).toString('hex');

    it('[R1] leaves nothing half done', () => expectInvariants(survivor.db));

    it('[R1] of a refresh before its commit: nothing was used, and the client that asks again gets tokens', async () => {
      assert.deepEqual(await familyOf(ends.refresh.before), { all: 1, good: [digest(ends.refresh.before.spent)] });
      const { status, body } = await refresh(ends.refresh.before);
      assert.equal(status, 200);
      assert.equal((await refresh({ spent: body.refresh_token })).status, 200);
    });

    it('[R1] [R2] of a refresh after its commit: the client that asks again gets the very tokens that were made', async () => {
      const made = await familyOf(ends.refresh.after);
      assert.deepEqual([made.all, made.good.length], [2, 1]);
      const { status, body } = await refresh(ends.refresh.after);
      assert.deepEqual([status, digest(body.refresh_token)], [200, made.good[0]]);
      assert.deepEqual(await familyOf(ends.refresh.after), made);
    });

    it('[R1] of an exchange before its commit: nothing was issued; asking again, or once more in the browser, helps', async () => {
      const { status, body } = await exchange(ends.exchange.before);
      if (!redis) return assert.equal(status, 200, JSON.stringify(body));
      // The code is used in Redis: that can cost a retry, and never spends it twice.
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
      await goesOn(ends.exchange.before);
    });

    if (store !== 'PostgreSQL')
      it('[R1] of an exchange whose client has proved itself, and no more: asking again with a new proof helps', async () => {
        const { status } = await exchange(ends.between as Attempt);
        assert.equal(status, 200);
      });

    it('[R1] [4] of an exchange after its commit: asking again ends what nobody got; once more in the browser helps', async () => {
      const { status, body } = await exchange(ends.exchange.after);
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
      await goesOn(ends.exchange.after);
    });

    it('[8] [9] leaves a used refresh token used: ten seconds later it ends its family', async () => {
      const { good } = await familyOf(ends.refresh.after);
      assert.equal(good.length, 1);
      clock.tick(LATER);
      const { status, body } = await refresh(ends.refresh.after);
      assert.deepEqual([status, body.error], [400, 'invalid_grant']);
      assert.deepEqual(await familyOf(ends.refresh.after), { all: 0, good: [] });
      await expectInvariants(survivor.db);
    });

    /** The person is still signed in, and the next code is good. */
    async function goesOn({ agent }: Attempt): Promise<void> {
      const party = at(survivor.issuer);
      const asked = await agent.open(party.authorizeUrl(REQUEST));
      assert.doesNotMatch(asked.text, /name="password"/);
      const { location = '' } = await consentAt(agent, asked);
      const next = new URL(location).searchParams.get('code') ?? '';
      const { status, body } = await exchange({ agent, spent: next, verifier: party.verifier });
      assert.equal(status, 200, JSON.stringify(body));
      assert.equal((await refresh({ spent: body.refresh_token })).status, 200);
      await expectInvariants(survivor.db);
    }
  });
}
