import { createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import type { Clock } from '../kernel/clock.ts';
import { equal } from '../kernel/equal.ts';
import { randomToken } from '../kernel/ids.ts';

/** Seconds that a browser is known after a sign-in. */
export const KNOWN_FOR = 365 * 24 * 60 * 60;
/** Accounts that one browser is known for. */
const MOST = 5;
/** Characters of a mark, and a few more. */
const LONGEST = 96;

/** What a browser shows to be known for an account. */
export interface Mark {
  /** No other mark has it. */
  readonly nonce: string;
  readonly madeAt: Date;
}

/** Tells browsers in which somebody signed in to an account before from all others. */
export interface Devices {
  /** The browser's mark for this account; undefined where it has none, or one that is too old. */
  markFor(account: string, device: string | undefined): Mark | undefined;
  /** What the browser keeps from now on: that it is known for this account, and for what it was known for before. */
  remember(account: string, device: string | undefined): string;
}

/**
 * A browser keeps one mark for each account: a random value, the time, and their authentication with the account, which
 * nobody else can make (RFC 2104) and which says nothing of whose it is. Nothing is stored here.
 */
export function createDevices(masterKeys: readonly Buffer[], clock: Clock): Devices {
  const keys = masterKeys.map((key) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'gatehouse device v1', 32))),
  );
  const now = () => clock.now().getTime();
  const read = (account: string, mark: string): Mark | undefined => {
    const [at = '', nonce = '', given = ''] = mark.split('.');
    const madeAt = Number.parseInt(at, 36);
    if (!(madeAt + KNOWN_FOR * 1000 > now())) return undefined;
    if (!keys.some((key) => equal(authentication(key, account, at, nonce), given))) return undefined;
    return { nonce, madeAt: new Date(madeAt) };
  };
  return {
    markFor: (account, device) =>
      marksOf(device)
        .map((mark) => read(account, mark))
        .find((mark) => mark !== undefined),
    remember(account, device) {
      const [key] = keys;
      if (!key) throw new TypeError('there is no master key');
      const [at, nonce] = [now().toString(36), randomToken(16)];
      const others = marksOf(device).filter((mark) => !read(account, mark));
      return [[at, nonce, authentication(key, account, at, nonce)].join('.'), ...others].slice(0, MOST).join('~');
    },
  };
}

/** What is longer than we would ever make is not ours. */
function marksOf(device = ''): string[] {
  if (device.length > MOST * LONGEST) return [];
  const marks = device.split('~').filter((mark) => mark.length > 0 && mark.length < LONGEST);
  return marks.slice(0, MOST);
}

function authentication(key: KeyObject, account: string, at: string, nonce: string): string {
  return createHmac('sha256', key).update([account, at, nonce].join('\0')).digest('base64url');
}
