import Router from '@koa/router';
import { confirmEmailChange } from '../../accounts/index.ts';
import { type Context, field, preferLanguage, readForm, type State, wordsFor } from '../../http/index.ts';
import { rememberedLanguage } from '../application.ts';
import { staleForm, type WebParts } from '../parts.ts';
import { personOf } from './person.ts';

const PATH = '/account/confirm-email';

/**
 * `/account/confirm-email?token=`: proves the address that somebody wants from now on, in whichever browser the mail is
 * read. Opening it uses nothing up: one press does.
 */
export function confirmEmailRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  router.get(PATH, async (ctx) => {
    await chooseLanguage(ctx, parts);
    const { token } = ctx.query;
    return typeof token === 'string' && token ? showConfirm(ctx, parts, token) : showInvalid(ctx, parts);
  });
  router.post(PATH, readForm, async (ctx) => {
    await chooseLanguage(ctx, parts);
    const token = field(ctx, 'token');
    if (!parts.csrf.verify(ctx, field(ctx, '_csrf'))) return showConfirm(ctx, parts, token, staleForm(ctx));
    const email = await confirmEmailChange(parts.accounts, token);
    return email ? parts.show(ctx, 'account-email-changed', { email }) : showInvalid(ctx, parts);
  });
  return router;
}

function showConfirm(ctx: Context, parts: WebParts, token: string, errors: { form?: string } = {}): Promise<void> {
  const locals = { action: PATH, csrf: parts.csrf.token(ctx), token, errors };
  return parts.show(ctx, 'account-confirm-email', locals, errors.form ? 400 : 200);
}

function showInvalid(ctx: Context, parts: WebParts): Promise<void> {
  const next = { href: '/account/email', label: wordsFor(ctx).t('link-invalid.another_link') };
  return parts.show(ctx, 'link-invalid', { what: 'verify', next }, 400);
}

/** That of whoever is signed in here, if anybody is. */
async function chooseLanguage(ctx: Context, parts: WebParts): Promise<void> {
  if (!(await personOf(ctx, parts))) preferLanguage(ctx, undefined, rememberedLanguage(ctx));
}
