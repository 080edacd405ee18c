import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { scrypt } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openPkcs11Keys, type Pkcs11Keys } from '../../../../adapters/pkcs11/index.ts';
import type { HsmSettings } from '../../../../src/config/index.ts';
import { OperatorError } from '../../../../src/kernel/faults.ts';
import type { MadeKey, Sign } from '../../../../src/keys/index.ts';
import { signs, stored } from '../../../support/made-keys.ts';
import { PIN, type SoftHsm, startSoftHsm } from '../../../support/softhsm.ts';
import { installTimeout } from '../../../support/system.ts';
import { changePins, endSessions, hang } from '../../../support/token-trouble.ts';
import { until } from '../../../support/until.ts';

describe('a token with troubles (PKCS#11)', () => {
  let hsm: SoftHsm;
  let settings: HsmSettings;
  let locked: HsmSettings;
  let keys: Pkcs11Keys;
  let made: MadeKey;
  let sign: Sign;

  before(async function () {
    this.timeout(installTimeout);
    hsm = await startSoftHsm();
    settings = await hsm.addToken('gatehouse');
    locked = await hsm.addToken('locked');
    keys = await openPkcs11Keys(settings);
    made = await keys.make('ES256');
  });
  beforeEach(async () => {
    sign = await keys.open(stored(made));
  });
  after(async () => {
    await keys?.close();
    await hsm?.close();
  });

  it('goes on in a new session when the token has ended all of them', async () => {
    await endSessions(settings.module);
    await signs(sign, made);
    await endSessions(settings.module);
    await Promise.all(Array.from({ length: 10 }, () => signs(sign, made)));
  });

  it('goes on when the token is back that was away, and says meanwhile that it is', async () => {
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
    const patiently = await patient.open(stored(made));
    const release = await hang(hsm.tokens, /-[^/]+\.object$/);
    const tries = Array.from({ length: 8 }, () => patiently(Buffer.from('x')));
    const late = Promise.all(tries.map((each) => assert.rejects(each, /gatehouse has not answered for 1 seconds/)));
    // libuv's pool has four threads.
    assert.equal(((await promisify(scrypt)('password', 'salt', 8)) as Buffer).length, 8);
    await late;
    await release();
    await until('nothing hangs', () =>
      patiently(Buffer.from('x')).then(
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
