import assert from 'node:assert/strict';
import { calculateJwkThumbprint } from 'jose';
import type { Ulong } from '../../../../adapters/pkcs11/cryptoki.ts';
import { openPkcs11Keys, type Pkcs11Keys } from '../../../../adapters/pkcs11/index.ts';
import { Token } from '../../../../adapters/pkcs11/token.ts';
import type { HsmSettings } from '../../../../src/config/index.ts';
import { signs, stored } from '../../../support/made-keys.ts';
import { type SoftHsm, startSoftHsm } from '../../../support/softhsm.ts';
import { installTimeout } from '../../../support/system.ts';

describe('signing keys in a token (PKCS#11)', () => {
  let hsm: SoftHsm;
  let settings: HsmSettings;
  let keys: Pkcs11Keys;

  before(async function () {
    this.timeout(installTimeout);
    hsm = await startSoftHsm();
    settings = await hsm.addToken('gatehouse');
    keys = await openPkcs11Keys(settings);
  });
  after(async () => {
    await keys?.close();
    await hsm?.close();
  });

  const EC = ['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y'];
  const RSA = ['alg', 'e', 'kid', 'kty', 'n', 'use'];
  for (const [alg, members] of [['ES256', EC] as const, ['ES384', EC], ['RS256', RSA], ['PS256', RSA]] as const) {
    it(`makes a key for ${alg}, whose signatures verify by its published part`, async () => {
      const made = await keys.make(alg);
      assert.equal(made.kid, await calculateJwkThumbprint(made.publicJwk));
      assert.deepEqual([made.alg, made.publicJwk.alg, made.publicJwk.use, made.sealed], [alg, alg, 'sig', undefined]);
      assert.deepEqual(Object.keys(made.publicJwk).sort(), members);
      assert.match(made.uri ?? '', /^pkcs11:id=(%[0-9a-f]{2}){16}$/);
      await signs(await keys.open(stored(made)), made);
    });
  }

  it('lets nobody read the private part, its own user included', async () => {
    const { uri } = await keys.make('ES256');
    const id = Buffer.from(uri?.replace(/^.*=|%/g, '') ?? '', 'hex');
    const token = await Token.open(settings);
    await assert.rejects(
      token.run(async (session) => {
        const found = await session.find({ type: 0x102, pValue: id, ulValueLen: id.length }, PRIVATE_KEY);
        assert.notEqual(found, undefined);
        const value = await session.read(found as Ulong, CKA_VALUE);
        assert.fail(`it is ${value.toString('hex')}`);
      }),
      /C_GetAttributeValue says CKR 0x11$/,
    );
    await token.close();
  });

  it('finds a key again after a restart, and says which is gone or another', async () => {
    const [first, second] = [await keys.make('ES256'), await keys.make('ES256')];
    await keys.close();
    keys = await openPkcs11Keys(settings);
    await signs(await keys.open(stored(first)), first);
    await assert.rejects(keys.open(stored({ ...second, publicJwk: first.publicJwk })), /^LostKey: is another than/);
    await keys.destroy(second.uri ?? '');
    await assert.rejects(keys.open(stored(second)), /^LostKey: is not in the token any more/);
    await keys.destroy(second.uri ?? '');
    await assert.rejects(keys.open(stored({ ...second, uri: 'awskms:1' })), /^LostKey: is not kept in a token/);
    await signs(await keys.open(stored(first)), first);
  });

  it('signs much at once, while everything else goes on', async () => {
    const made = await keys.make('ES256');
    const sign = await keys.open(stored(made));
    let turns = 0;
    const turn = () => {
      turns += 1;
      immediate = setImmediate(turn);
    };
    let immediate = setImmediate(turn);
    await Promise.all(Array.from({ length: 100 }, () => signs(sign, made)));
    clearImmediate(immediate);
    assert.ok(turns > 50, `the event loop turned ${turns} times`);
  });
});

const CKA_VALUE = 0x11;
const PRIVATE_KEY = { type: 0, pValue: Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), ulValueLen: 8 };
