import { changeLanguage } from '../../accounts/index.ts';
import { type Context, field, optionalField } from '../../http/index.ts';
import { isLocale, LOCALE_NAMES } from '../../i18n/index.ts';
import type { WebParts } from '../parts.ts';
import { done } from './done.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';

/** `/account/language`: in which language pages and mails are. */
export function languagePage(parts: WebParts): AccountPage {
  const path = '/account/language';
  return {
    path,
    show: (ctx, person, errors, status) => {
      const locals = {
        ...formOf(ctx, parts, path, person),
        chosen: ctx.method === 'POST' ? field(ctx, 'locale') : (person.user.locale ?? ''),
        names: LOCALE_NAMES,
        errors,
      };
      return parts.show(ctx, 'account-language', locals, status);
    },
    async take(ctx: Context, { user }: Person) {
      const locale = optionalField(ctx, 'locale');
      await changeLanguage(parts.accounts, user.id, isLocale(locale) ? locale : undefined);
      return done(ctx, 'language');
    },
  };
}
