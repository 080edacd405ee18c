import { changePassword } from '../../accounts/index.ts';
import { type Context, field, wordsFor } from '../../http/index.ts';
import { knowDevice } from '../known-device.ts';
import type { WebParts } from '../parts.ts';
import { problemWords } from '../problem-words.ts';
import { done } from './done.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';
import { toSignIn } from './to-sign-in.ts';

/** `/account/password`: sets another. The one that was is not asked for again: it was given just now. */
export function passwordPage(parts: WebParts): AccountPage {
  const path = '/account/password';
  const show: AccountPage['show'] = (ctx, person, errors, status) =>
    parts.show(ctx, 'account-password', { ...formOf(ctx, parts, path, person), errors }, status);
  const take = async (ctx: Context, person: Person) => {
    const result = await changePassword(parts.accounts, person.user, person.session, field(ctx, 'password'));
    if ('sessionId' in result) {
      knowDevice(ctx, parts, person.user);
      keepSession(ctx, parts, person, result.sessionId);
      return done(ctx, 'password');
    }
    if (result.problem === 'signed_out') return toSignIn(ctx, parts, path);
    return show(ctx, person, { password: problemWords(wordsFor(ctx), result.reason) }, 422);
  };
  return { path, fresh: true, show, take };
}

/** The cookie of the session goes on with its new id, as the engine would set it. */
function keepSession(ctx: Context, { provider }: WebParts, { expiresAt }: Person, sessionId: string): void {
  const attributes = { httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;
  const name = provider.get().cookieName('session');
  ctx.cookies.set(name, sessionId, { ...attributes, expires: new Date(expiresAt * 1000) });
}
