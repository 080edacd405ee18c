import type { HsmSettings } from '../../src/config/index.ts';
import { OperatorError, operatorError } from '../../src/kernel/faults.ts';
import * as CK from './constants.ts';
import { type Cryptoki, CryptokiError, type Ulong } from './cryptoki.ts';
import { Session } from './session.ts';

/** The PIN is wrong, or its tries are used up. */
export class PinRefused extends OperatorError {}

/**
 * A session with the token of this label, as its user.
 * @throws OperatorError naming what to set; CryptokiError when the module or the token fails
 */
export async function logIn(cryptoki: Cryptoki, settings: HsmSettings): Promise<Session> {
  const session = await Session.open(cryptoki, await slotOf(cryptoki, settings.tokenLabel));
  try {
    await session.login(settings.pin);
  } catch (error) {
    if (isCode(error, CK.CKR_USER_ALREADY_LOGGED_IN)) return session;
    await session.close();
    throw isCode(error, ...PIN_PROBLEMS) ? refusal(settings, error) : error;
  }
  return session;
}

async function slotOf(cryptoki: Cryptoki, tokenLabel: string): Promise<Ulong> {
  const others: string[] = [];
  for (const slot of await slotsOf(cryptoki)) {
    // Somebody else's token may be broken.
    const label = await labelIn(cryptoki, slot).catch(() => undefined);
    if (label === tokenLabel) return slot;
    if (label !== undefined) others.push(label);
  }
  const there = others.length > 0 ? `there are: ${others.join(', ')}` : 'there is none at all';
  throw operatorError('signing_keys.pkcs11.token_label', `no token is called ${tokenLabel}; ${there}`);
}

/** Those with a token in them. */
async function slotsOf({ slots }: Cryptoki): Promise<Ulong[]> {
  const count: [Ulong] = [0];
  await slots(1, null, count);
  const found: Ulong[] = new Array(Number(count[0])).fill(0);
  await slots(1, found, count);
  return found.slice(0, Number(count[0]));
}

/** @returns undefined of a token that was never initialised */
async function labelIn({ tokenInfo }: Cryptoki, slot: Ulong): Promise<string | undefined> {
  const info: { label?: Uint8Array; flags?: Ulong } = {};
  await tokenInfo(slot, info);
  if ((Number(info.flags) & CK.CKF_TOKEN_INITIALIZED) === 0) return undefined;
  return Buffer.from(info.label ?? [])
    .toString()
    .trimEnd();
}

const PIN_PROBLEMS = [
  CK.CKR_PIN_INCORRECT,
  CK.CKR_PIN_INVALID,
  CK.CKR_PIN_LEN_RANGE,
  CK.CKR_PIN_LOCKED,
  CK.CKR_USER_PIN_NOT_INITIALIZED,
];

function refusal({ tokenLabel, pinSetting }: HsmSettings, cause: CryptokiError): PinRefused {
  const locked = isCode(cause, CK.CKR_PIN_LOCKED);
  const advice = locked ? 'unlock it with your HSM’s own tool' : 'set it to the PIN of the token’s user';
  const problem = `the token ${tokenLabel} does not take this PIN (${cause.message}): ${advice}`;
  return new PinRefused([{ name: pinSetting, problem }], { cause });
}

function isCode(error: unknown, ...codes: number[]): error is CryptokiError {
  return error instanceof CryptokiError && codes.includes(error.code);
}
