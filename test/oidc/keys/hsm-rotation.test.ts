import assert from 'node:assert/strict';
import { openPkcs11Keys, type Pkcs11Keys } from '../../../adapters/pkcs11/index.ts';
import type { HsmSettings } from '../../../src/config/index.ts';
import { rotateKeys } from '../../../src/keys/index.ts';
import { fileOf, places, startWithPin, tokenOf, verifyBy } from '../../support/hsm-server.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import type { TestServer } from '../../support/server.ts';
import { type SoftHsm, startSoftHsm } from '../../support/softhsm.ts';
import { installTimeout } from '../../support/system.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('moving signing keys', () => {
  const clock = new TestClock();
  let hsm: SoftHsm;
  let settings: HsmSettings;
  let keys: Pkcs11Keys;
  let database: TestDatabase;
  let server: TestServer;

  before(async function () {
    this.timeout(installTimeout);
    hsm = await startSoftHsm();
    settings = await hsm.addToken('gatehouse');
    keys = await openPkcs11Keys(settings);
    database = await createTestDatabase();
    await restart('database');
  });
  after(async () => {
    await server?.close();
    await database?.drop();
    await keys?.close();
    await hsm?.close();
  });

  async function restart(store: 'pkcs11' | 'database'): Promise<void> {
    await server?.close();
    server = await startWithPin({ databaseUrl: database.url, clock, yaml: fileOf(settings, store) });
  }

  async function rotate(): Promise<void> {
    clock.advance(1);
    const { db, config } = server;
    const external = { ...keys, makesNew: config.hsm?.makesKeys === true };
    const parts = { db, clock, masterKeys: config.masterKeys, external, policy: config.signingKeys };
    await rotateKeys(parts, { now: true });
    await server.gatehouse.keys.reload();
  }

  it('into an HSM, and out of it, is a rotation: what was signed before verifies beside what is signed then', async () => {
    assert.deepEqual(await places(server.db), ['ES256 active sealed', 'RS256 active sealed']);
    const tokens = [await tokenOf(server)];
    await restart('pkcs11');
    tokens.push(await tokenOf(server));
    await rotate();
    assert.match(`${await places(server.db)}`, /^ES256 retiring sealed,ES256 active pkcs11:id,/);
    tokens.push(await tokenOf(server));
    await restart('database');
    tokens.push(await tokenOf(server));
    await rotate();
    assert.match(`${await places(server.db)}`, /^ES256 retiring sealed,ES256 retiring pkcs11:id,ES256 active sealed,/);
    tokens.push(await tokenOf(server));
    const kids = await Promise.all(tokens.map((jwt) => verifyBy(server, jwt)));
    assert.deepEqual([kids[0] === kids[1], kids[2] === kids[3], new Set(kids).size], [true, true, 3]);
  });
});
