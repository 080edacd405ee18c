import Router from '@koa/router';
import { ACCOUNT_CLIENT_ID } from '../../config/index.ts';
import { type Context, type State, wordsFor } from '../../http/index.ts';
import { LOCALE_NAMES } from '../../i18n/index.ts';
import type { WebParts } from '../parts.ts';
import { doneWords } from './done.ts';
import { personOf } from './person.ts';
import { askWho } from './to-sign-in.ts';

const PATH = '/account';

/** `/account`: what there is, and where each can be changed. */
export function overviewRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, (ctx) => show(ctx, parts));
  return router;
}

async function show(ctx: Context, parts: WebParts): Promise<void> {
  const person = await personOf(ctx, parts);
  if (!person) return askWho(ctx, parts, PATH);
  const { email, emailVerified, name, locale } = person.user;
  const words = wordsFor(ctx);
  return parts.show(ctx, 'account', {
    email: emailVerified ? email : words.t('account.unconfirmed', { email }),
    name: name ?? words.t('account.no_name'),
    language: locale ? LOCALE_NAMES[locale] : words.t('account-language.browser'),
    notice: doneWords(ctx),
    sign_out_url: `/oauth2/logout?client_id=${ACCOUNT_CLIENT_ID}`,
  });
}
