import { createHmac, hkdfSync } from 'node:crypto';
import type { InvitationParts } from './parts.ts';
import { plain } from './resume-code.ts';
import type { Proof } from './types.ts';

/**
 * What the sign-in goes by that comes of a link or a code in one browser, under each of the master keys, newest first:
 * whoever sends it again there, because the answer was lost, finds it by the same. It takes what only that browser has, the
 * link or the code, and the key; none of them is stored.
 */
export function signInIds({ masterKeys }: Pick<InvitationParts, 'masterKeys'>, proof: Proof): string[] {
  if (!proof.browser) return [];
  const text = `${'token' in proof ? proof.token : plain(proof.code)}\0${proof.browser}`;
  return masterKeys.map((masterKey) => {
    const key = Buffer.from(hkdfSync('sha256', masterKey, Buffer.alloc(0), 'gatehouse sign-in by link v1', 32));
    return createHmac('sha256', key).update(text).digest('base64url');
  });
}
