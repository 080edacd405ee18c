import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { constants, open, readdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import koffi from 'koffi';
import { CKR_PIN_INCORRECT } from '../../adapters/pkcs11/constants.ts';
import { acquire, type Cryptoki, type CryptokiError, release, type Ulong } from '../../adapters/pkcs11/cryptoki.ts';

/** What a token does that was restarted: it knows no session any more, and nobody who is logged in. */
export async function endSessions(module: string): Promise<void> {
  const closeAll = koffi.load(module).func('ulong C_CloseAllSessions(ulong slot)');
  await inEverySlot(module, async (slot) => assert.equal(closeAll(slot), 0));
}

const isUnformatted = ({ code }: CryptokiError) => code === 0xe1;

/** Of every token that has the old one; nobody is logged in afterwards. */
export async function changePins(module: string, from: string, to: string): Promise<void> {
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
export async function hang(tokens: string, kind: RegExp): Promise<() => Promise<void>> {
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
