import Router from '@koa/router';
import { GRACE_DAYS, isSameEmail, requestDeletion } from '../../accounts/index.ts';
import { type Context, field, languageOf, preferLanguage, type State, wordsFor } from '../../http/index.ts';
import { rememberedLanguage } from '../application.ts';
import { seeOther, type WebParts } from '../parts.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';
import { toSignIn } from './to-sign-in.ts';

const DELETED = '/account/deleted';
const COOKIE = 'gatehouse_deleted';
const attributes = { path: DELETED, httpOnly: true, sameSite: 'lax', signed: true, overwrite: true } as const;
const MINUTE = 60 * 1000;

/** `/account/delete`: closes the account of somebody who types its address, for they mean it. */
export function deletePage(parts: WebParts): AccountPage {
  const path = '/account/delete';
  const show: AccountPage['show'] = (ctx, person, errors, status) => {
    const { email: account } = person.user;
    const locals = {
      ...formOf(ctx, parts, path, person),
      account,
      email: field(ctx, 'email'),
      days: GRACE_DAYS,
      errors,
    };
    return parts.show(ctx, 'account-delete', locals, status);
  };
  const take = async (ctx: Context, person: Person) => {
    const { user } = person;
    if (!isSameEmail(field(ctx, 'email'), user.email)) {
      return show(ctx, person, { email: wordsFor(ctx).t('account-delete.other_address') }, 422);
    }
    const due = await requestDeletion(parts.accounts, user.id);
    if (!due) return toSignIn(ctx, parts, path);
    const value = `${due.getTime()}:${languageOf(ctx)}`;
    ctx.cookies.set(COOKIE, value, { ...attributes, maxAge: MINUTE });
    return seeOther(ctx, DELETED);
  };
  return { path, fresh: true, show, take };
}

/** `/account/deleted`: says when the account will be erased, to somebody who is signed out by now. */
export function deletedRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(DELETED, (ctx) => {
    const [due, locale] = (ctx.cookies.get(COOKIE, { signed: true }) ?? '').split(':');
    if (!due) return seeOther(ctx, '/account');
    preferLanguage(ctx, locale, rememberedLanguage(ctx));
    return parts.show(ctx, 'account-deleted', { due: wordsFor(ctx).day(new Date(Number(due))) });
  });
  return router;
}
