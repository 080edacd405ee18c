import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { type Cable, layCable } from '../support/cable.ts';
import { type Pair, startPair } from '../support/failover.ts';
import { expectInvariants } from '../support/invariants.ts';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';

/** Longer than the same refresh is answered again. */
const LATER = 10_000;
/** Milliseconds in which whoever asks is told that the database is away. */
const BOUND = 5_000;

describe('faults: the database fails over', function () {
  this.timeout(60_000);
  let pair: Pair;
  let cable: Cable;
  let server: TestServer;
  let party: RelyingParty;
  let clock: SinonFakeTimers | undefined;

  before(async () => {
    pair = await startPair();
    const url = new URL(pair.url);
    cable = await layCable(Number(url.port));
    url.port = String(cable.port);
    server = await startServer({ databaseUrl: url.href });
    party = new RelyingParty(server.issuer);
  });
  after(async () => {
    clock?.restore();
    await server?.close();
    await cable?.cut();
    await pair?.stop();
  });

  const web = { id: 'web' };
  const refresh = (refresh_token = '') => party.token({ grant_type: 'refresh_token', refresh_token }, web);
  const family = () => obtainTokens(party, { client_id: 'web', scope: 'openid offline_access', prompt: 'consent' });

  it('[R7] [8] says so within bounds, goes on with the other by itself, and what was used stays used', async () => {
    const [going, stolen] = [await family(), await family()];
    const next = await refresh(going.tokens['refresh_token']);
    assert.equal((await refresh(stolen.tokens['refresh_token'])).status, 200);

    await cable.cut();
    const port = await pair.failOver();
    const asked = performance.now();
    const { status, body } = await refresh(next.body.refresh_token);
    assert.deepEqual([status, body.error], [503, 'temporarily_unavailable']);
    assert.ok(performance.now() - asked < BOUND);

    await cable.mend(port);
    const after = await until('it goes on', async () => {
      const answer = await refresh(next.body.refresh_token);
      return answer.status === 200 && answer;
    });
    assert.notEqual(after.body.refresh_token, next.body.refresh_token);

    clock = useFakeTimers({ toFake: ['Date'], now: Date.now() + LATER });
    const reused = await refresh(stolen.tokens['refresh_token']);
    assert.deepEqual([reused.status, reused.body.error], [400, 'invalid_grant']);
    assert.equal((await refresh(after.body.refresh_token)).status, 200);
    await expectInvariants(server.db);
  });
});
