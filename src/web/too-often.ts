import { type Context, wordsFor } from '../http/index.ts';
import type { TextKey } from '../i18n/index.ts';
import type { Counted, Limited } from '../limits/index.ts';
import { callerOf } from './known-device.ts';
import type { WebParts } from './parts.ts';

/** The status of what was asked for too often (RFC 6585 §4). */
export const TOO_MANY = 429;

const WORDS = {
  register: 'limits.register',
  reset_mail: 'limits.mail',
  verification_mail: 'limits.mail',
  code: 'limits.code',
  new_password: 'limits.new_password',
  resume_code: 'limits.resume_code',
} as const satisfies Record<Limited, TextKey>;

/**
 * Counts what a form asks for, before it is done.
 * @returns what to say above the form where it was too often; undefined where it may be done.
 */
export async function tooOften(
  ctx: Context,
  { accounts }: WebParts,
  what: Limited,
  about: Omit<Counted, 'caller'> = {},
): Promise<{ form: string } | undefined> {
  const seconds = await accounts.limits.take(what, { ...about, caller: callerOf(ctx) });
  return seconds === undefined ? undefined : { form: waitWords(ctx, WORDS[what], seconds) };
}

/** Says how long to wait: in words to people, in the header to programs (RFC 9110 §10.2.3). */
export function waitWords(ctx: Context, key: TextKey, seconds: number): string {
  ctx.set('Retry-After', String(seconds));
  const words = wordsFor(ctx);
  return words.t(key, { wait: words.within(seconds) });
}
