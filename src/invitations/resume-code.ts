import { createHmac, hkdfSync, randomInt } from 'node:crypto';

/** Capitals and digits that nobody mistakes for one another, and no vowels: a code is no word. */
const SIGNS = 'BCDFGHJKMNPQRSTVWXYZ23456789';
const LENGTH = 8;
const CODE = new RegExp(`^[${SIGNS}]{${LENGTH}}$`);

/** A code, such as `K7MW-92QF`: 38 bits. */
export function newResumeCode(): string {
  const signs = Array.from({ length: LENGTH }, () => SIGNS[randomInt(SIGNS.length)]).join('');
  return `${signs.slice(0, LENGTH / 2)}-${signs.slice(LENGTH / 2)}`;
}

/** The code without its gaps, in capitals: people type it as they read it. */
export const plain = (typed: string): string => typed.replace(/[\s-]/g, '').toUpperCase();

/** Whether this could be a code at all: whoever types something else has not tried. */
export const isResumeCode = (typed: string): boolean => CODE.test(plain(typed));

/** What a code is stored as, under each of the master keys, newest first. It is soon guessed from a digest without one. */
export const digestsOf = (typed: string, masterKeys: readonly Buffer[]): Buffer[] =>
  masterKeys.map((masterKey) => {
    const key = Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), 'gatehouse resume code v1', 32));
    return createHmac('sha256', key).update(plain(typed)).digest();
  });
