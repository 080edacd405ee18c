import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { scrypt } from 'node:crypto';
import { constants, mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, compactVerify } from 'jose';
import koffi from 'koffi';
import { CKR_PIN_INCORRECT } from '../../../../adapters/pkcs11/constants.ts';
import {
  acquire,
  type Cryptoki,
  type CryptokiError,
  release,
  type Ulong,
} from '../../../../adapters/pkcs11/cryptoki.ts';
import { openPkcs11Keys, type Pkcs11Keys } from '../../../../adapters/pkcs11/index.ts';
import { Token } from '../../../../adapters/pkcs11/token.ts';
import type { HsmSettings } from '../../../../src/config/index.ts';
import { OperatorError } from '../../../../src/kernel/faults.ts';
import type { MadeKey, Sign, StoredKey } from '../../../../src/keys/index.ts';
import { PIN, type SoftHsm, startSoftHsm } from '../../../support/softhsm.ts';
import { installTimeout } from '../../../support/system.ts';
import { until } from '../../../support/until.ts';

const life = { state: 'active', createdAt: new Date(), activatedAt: new Date() } as const;
const stored = (made: MadeKey): StoredKey => ({
  ...made,
  ...life,
  retiringAt: undefined,
  retiredAt: undefined,
  revokedAt: undefined,
});

/** A JWS as the engine makes it is one to everybody else. */
async function signs(sign: Sign, { alg, publicJwk }: MadeKey): Promise<void> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const data = `${part({ alg })}.${part({ sub: 'somebody' })}`;
  const signature = Buffer.from(await sign(Buffer.from(data))).toString('base64url');
  await compactVerify(`${data}.${signature}`, publicJwk, { algorithms: [alg] });
}

describe('signing keys in a token (PKCS#11)', () => {
  let hsm: SoftHsm;
  let settings: HsmSettings;
  let locked: HsmSettings;
  let keys: Pkcs11Keys;

  before(async function () {
    this.timeout(installTimeout);
    hsm = await startSoftHsm();
    settings = await hsm.addToken('gatehouse');
    locked = await hsm.addToken('locked');
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

  it('goes on in a new session when the token has ended all of them', async () => {
    const made = await keys.make('ES256');
    const sign = await keys.open(stored(made));
    await endSessions(settings.module);
    await signs(sign, made);
    await endSessions(settings.module);
    await Promise.all(Array.from({ length: 10 }, () => signs(sign, made)));
  });

  it('goes on when the token is back that was away, and says meanwhile that it is', async () => {
    const made = await keys.make('ES256');
    const sign = await keys.open(stored(made));
    const away = `${hsm.tokens}-away`;
    await rename(hsm.tokens, away);
    await mkdir(hsm.tokens);
    for (let index = 0; index < 3; index += 1)
      await assert.rejects(sign(Buffer.from('x')), /no token is called gatehouse/);
    await rm(hsm.tokens, { recursive: true });
    await rename(away, hsm.tokens);
    await Promise.all(Array.from({ length: 10 }, () => signs(sign, made)));
  });

  it('waits no longer than it should for a token that hangs, and takes two threads with it at most', async () => {
    const patient = await openPkcs11Keys(settings, { call: 1000 });
    const made = await keys.make('ES256');
    const sign = await patient.open(stored(made));
    const release = await hang(hsm.tokens, /-[^/]+\.object$/);
    const tries = Array.from({ length: 8 }, () => sign(Buffer.from('x')));
    const late = Promise.all(tries.map((each) => assert.rejects(each, /gatehouse has not answered for 1 seconds/)));
    // libuv's pool has four threads.
    assert.equal(((await promisify(scrypt)('password', 'salt', 8)) as Buffer).length, 8);
    await late;
    await release();
    await until('nothing hangs', () =>
      sign(Buffer.from('x')).then(
        () => true,
        ({ message }) => !message.includes('has not answered'),
      ),
    );
    for (const each of [patient, keys]) await each.close();
    keys = await openPkcs11Keys(settings);
    await signs(await keys.open(stored(made)), made);
  });

  it('keeps no process from ending that it hangs in', async () => {
    const release = await hang(hsm.tokens, /\/token\.object$/);
    const door = new URL('../../../../adapters/pkcs11/index.ts', import.meta.url);
    const script = `
      const { openPkcs11Keys } = await import('${door}');
      await openPkcs11Keys(${JSON.stringify(settings)}, { long: 500 }).catch(({ message }) => console.log(message));
      process.exit(3);`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 10_000 });
    const { code, stdout } = await run.then(
      () => assert.fail('it ended well'),
      (error) => error,
    );
    await release();
    assert.deepEqual(
      [code, stdout],
      [3, `signing_keys.pkcs11.module: ${settings.module} has not answered for 0.5 seconds\n`],
    );
  });

  it('tries a PIN once that is refused', async () => {
    const made = await keys.make('ES256');
    const sign = await keys.open(stored(made));
    await changePins(settings.module, PIN, 'another-pin');
    const refused = { message: /^GATEHOUSE_HSM_PIN: the token gatehouse does not take this PIN/ };
    await assert.rejects(sign(Buffer.from('x')), refused);
    await changePins(settings.module, 'another-pin', PIN);
    await assert.rejects(sign(Buffer.from('x')), refused);
    await keys.close();
    keys = await openPkcs11Keys(settings);
    await signs(await keys.open(stored(made)), made);
  });

  it('names what to set: the module, the token, the PIN', async () => {
    const nonsense = join(hsm.tokens, '..', 'nonsense.so');
    await writeFile(nonsense, 'nonsense');
    const wrong: [change: Partial<HsmSettings>, name: string, problem: RegExp][] = [
      [{ module: '/nowhere.so' }, 'signing_keys.pkcs11.module', /^\/nowhere\.so cannot be used \(.*No such file/],
      [{ module: nonsense }, 'signing_keys.pkcs11.module', /nonsense\.so cannot be used/],
      [{ tokenLabel: 'other' }, 'signing_keys.pkcs11.token_label', /^no token is called other; there are: .*gatehouse/],
      [
        { ...locked, pin: 'wrong' },
        'GATEHOUSE_HSM_PIN',
        /^the token locked does not take this PIN \(.*CKR_PIN_INCORRECT/,
      ],
    ];
    for (const [change, name, problem] of wrong) {
      await assert.rejects(openPkcs11Keys({ ...settings, ...change }), (error) => {
        assert.ok(error instanceof OperatorError, String(error));
        assert.deepEqual([error.faults.length, error.faults[0]?.name], [1, name]);
        assert.match(error.faults[0]?.problem ?? '', problem);
        assert.ok(!error.message.includes(PIN) && !error.message.includes('wrong'));
        return true;
      });
    }
  });
});

const CKA_VALUE = 0x11;
const PRIVATE_KEY = { type: 0, pValue: Buffer.from([3, 0, 0, 0, 0, 0, 0, 0]), ulValueLen: 8 };

/** What a token does that was restarted: it knows no session any more, and nobody who is logged in. */
async function endSessions(module: string): Promise<void> {
  const closeAll = koffi.load(module).func('ulong C_CloseAllSessions(ulong slot)');
  await inEverySlot(module, async (slot) => assert.equal(closeAll(slot), 0));
}

const isUnformatted = ({ code }: CryptokiError) => code === 0xe1;

/** Of every token that has the old one; nobody is logged in afterwards. */
async function changePins(module: string, from: string, to: string): Promise<void> {
  await endSessions(module);
  const setPin = koffi
    .load(module)
    .func('ulong C_SetPIN(ulong session, str old, ulong oldLength, str new, ulong newLength)');
  await inEverySlot(module, async (slot, cryptoki) => {
    const session: [Ulong] = [0];
    if (await cryptoki.openSession(slot, 0x6, null, null, session).catch(isUnformatted)) return;
    const code = setPin(session[0], from, from.length, to, to.length);
    await cryptoki.closeSession(session[0]);
    assert.ok([0, CKR_PIN_INCORRECT].includes(code), `C_SetPIN: ${code}`);
  });
}

/** Those with a token in them that somebody uses. */
async function inEverySlot(module: string, work: (slot: Ulong, cryptoki: Cryptoki) => Promise<void>): Promise<void> {
  const cryptoki = await acquire(module);
  const found: Ulong[] = new Array(8).fill(0);
  const count: [Ulong] = [8];
  await cryptoki.slots(1, found, count);
  for (const slot of found.slice(0, Number(count[0]))) await work(slot, cryptoki);
  await release(module);
}

/** Every file of this kind becomes a pipe that nobody writes to, until what is returned is called. */
async function hang(tokens: string, kind: RegExp): Promise<() => Promise<void>> {
  const files = (await readdir(tokens, { recursive: true })).filter((name) => kind.test(name));
  const paths = files.map((name) => join(tokens, name));
  for (const path of paths) {
    await rename(path, `${path}.aside`);
    await promisify(execFile)('mkfifo', [path]);
  }
  return async () => {
    for (const path of paths) {
      await rename(path, `${path}.pipe`);
      await rename(`${path}.aside`, path);
      // Whoever waits for the pipe comes to its end; nobody may be there.
      await open(`${path}.pipe`, constants.O_WRONLY | constants.O_NONBLOCK).then(
        (pipe) => pipe.close(),
        () => undefined,
      );
    }
  };
}
