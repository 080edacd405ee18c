import assert from 'node:assert/strict';
import sinon from 'sinon';
import { obtainTokens, RelyingParty } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import type { UserAgent } from '../support/user-agent.ts';

const DAY = 86_400;
const REQUEST = { client_id: 'web', scope: 'openid' };

describe('a session in use', () => {
  let server: TestServer;
  let party: RelyingParty;
  let clock: sinon.SinonFakeTimers;
  let agent: UserAgent;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());
  beforeEach(async () => {
    clock = sinon.useFakeTimers({ toFake: ['Date'], now: Date.now() });
    ({ agent } = await obtainTokens(party, REQUEST));
  });
  afterEach(() => clock.restore());

  const authorize = async () => (await agent.get(party.authorizeUrl(REQUEST))).location ?? '';
  const isSignedIn = async () => (await authorize()).includes('code=');
  const storedExpiry = async (): Promise<{ column: number; payload: number; xmin: string }> => {
    const { rows } = await server.db.raw(
      `select extract(epoch from expires_at)::int as column, (payload->>'exp')::int as payload, xmin::text
       from oidc_artifacts where model = 'Session' order by expires_at desc limit 1`,
    );
    return rows[0];
  };

  it('is not written at every use, and yet its stored expiry is never 300 s behind', async () => {
    const writes = new Set<string>();
    for (let minute = 0; minute < 60; minute += 1) {
      clock.tick(60_000);
      assert.equal(await isSignedIn(), true);
      const { column, payload, xmin } = await storedExpiry();
      const full = Math.floor(Date.now() / 1000) + 14 * DAY;
      assert.ok(full - payload < 300 && full - payload >= 0, `${full - payload} s behind`);
      assert.ok(Math.abs(column - payload) <= 1, `${column} is not ${payload}`);
      writes.add(xmin);
    }
    assert.equal(writes.size, 13);
  });

  it('lasts for as long as it is used once in its lifetime, and no longer', async () => {
    for (let turn = 0; turn < 6; turn += 1) {
      clock.tick(13.9 * DAY * 1000);
      assert.equal(await isSignedIn(), true, `turn ${turn}`);
    }
    clock.tick(14.1 * DAY * 1000);
    assert.match(await authorize(), /\/interaction\//);
  });
});
