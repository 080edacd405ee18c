import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { declaration } from '../support/declaration.ts';
import { rotationLoad, SIGNING } from '../support/rotation-load.ts';
import { startServer, type TestServer } from '../support/server.ts';

describe('keys that rotate under load, on three nodes', () => {
  const nodes: TestServer[] = [];
  let clock: SinonFakeTimers;
  before(async () => {
    clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
    const env = { MASTER_KEY: randomBytes(32).toString('base64') };
    const yaml = `${SIGNING}\n${declaration}`;
    const first = await startServer({ env, yaml });
    nodes.push(first);
    const shared = { env: { ...env, ISSUER: first.issuer }, yaml, databaseUrl: first.config.databaseUrl ?? '' };
    for (let more = 0; more < 2; more += 1) nodes.push(await startServer(shared));
  });
  after(async () => {
    clock.restore();
    for (const node of nodes.toReversed()) await node.close();
  });

  it('fail no valid token at a gateway, and pass none of a key that was revoked (R10)', async function () {
    this.timeout(60_000);
    const report = await rotationLoad(nodes, clock, 3);
    assert.equal(report.failed, 0, JSON.stringify(report));
    assert.equal(report.passedOfRevoked, 0, JSON.stringify(report));
    assert.equal(report.rotations, 3);
    assert.equal(report.issued, 3 * 60 * 3);
    assert.ok(report.verified > report.issued);
  });
});
