import assert from 'node:assert/strict';
import type { Knex } from 'knex';
import { openPkcs11Keys, type Pkcs11Keys } from '../../../adapters/pkcs11/index.ts';
import type { HsmSettings } from '../../../src/config/index.ts';
import {
  destroyRetired,
  type KeyParts,
  listKeys,
  revokeKey,
  type StoredKey,
  turnKeys,
} from '../../../src/keys/index.ts';
import { openTestDatabase } from '../../support/database.ts';
import { DAY, keyParts } from '../../support/keys.ts';
import { type SoftHsm, startSoftHsm } from '../../support/softhsm.ts';
import { installTimeout } from '../../support/system.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('destroying keys that are kept elsewhere', () => {
  let hsm: SoftHsm;
  let settings: HsmSettings;
  let external: Pkcs11Keys;
  let db: Knex;
  let close: () => Promise<void>;
  let clock: TestClock;
  let parts: KeyParts;

  before(async function () {
    this.timeout(installTimeout);
    ({ db, close } = await openTestDatabase());
    hsm = await startSoftHsm();
    settings = await hsm.addToken('gatehouse');
  });
  after(async () => {
    await hsm?.close();
    await close?.();
  });
  beforeEach(async () => {
    external = await openPkcs11Keys(settings);
    await db('signing_keys').delete();
    clock = new TestClock();
    parts = { ...keyParts(db, clock), external };
    await turnKeys(parts);
  });
  afterEach(() => external.close());

  const only = async (state: string): Promise<StoredKey> => {
    const found = (await listKeys(db)).filter((key) => key.state === state);
    assert.equal(found.length, 1);
    return found[0] as StoredKey;
  };
  const isGone = (key: StoredKey) => assert.rejects(external.open(key), /^LostKey: is not in the token any more/);

  async function retire(): Promise<StoredKey> {
    const key = await only('active');
    for (const seconds of [29 * DAY, DAY, 4500]) {
      clock.advance(seconds);
      await turnKeys(parts);
    }
    return key;
  }

  it('comes after they were retired, and is not done twice', async () => {
    const key = await retire();
    assert.equal((await only('retired')).uri, key.uri, 'until it is destroyed a row says where it is');
    assert.deepEqual(await destroyRetired(parts), [key.kid]);
    assert.equal((await only('retired')).uri, undefined);
    await isGone(key);
    assert.deepEqual(await destroyRetired(parts), []);
    await external.open(await only('active'));
  });

  it('completes what a node began that was killed', async () => {
    const key = await retire();
    await external.destroy(key.uri ?? '');
    assert.deepEqual(await destroyRetired(parts), [key.kid]);
  });

  it('is left to the operator who wants them kept', async () => {
    const key = await retire();
    assert.deepEqual(await destroyRetired({ ...parts, external: { ...external, destroysRetired: false } }), []);
    await external.open({ ...key, ...(await only('retired')) });
  });

  it('is done at once with one that is revoked', async () => {
    const key = await only('active');
    await revokeKey(parts, key.kid, { dryRun: true });
    await external.open(key);
    await external.close();
    external = await openPkcs11Keys(settings);
    await revokeKey({ ...parts, external }, key.kid);
    await isGone(key);
    assert.equal((await only('retired')).uri, undefined);
  });

  it('keeps no key from being revoked: what cannot be destroyed now is destroyed by the job', async () => {
    const key = await only('active');
    await external.close();
    const revocation = await revokeKey({ ...parts, external: { ...external, makesNew: false } }, key.kid);
    assert.equal('was' in revocation && revocation.was, 'active');
    assert.equal((await only('retired')).uri, key.uri);
    external = await openPkcs11Keys(settings);
    assert.deepEqual(await destroyRetired({ ...parts, external }), [key.kid]);
    await isGone(key);
  });
});
