import type { KoaContextWithOIDC } from 'oidc-provider';
import { type Context, type Middleware, preferLanguage } from '../http/index.ts';
import { localeOf } from '../i18n/index.ts';
import { appHead } from './application.ts';
import type { WebParts } from './parts.ts';

/**
 * The engine's page with a form that its script sends on by itself, as ours: in the reader's language, and with a
 * button that can be found where scripts don't run. Form and script stay the engine's; the policy has the script's hash.
 */
export function goingOn(parts: WebParts): Middleware {
  return async (ctx, next) => {
    await next();
    const page = typeof ctx.body === 'string' && ctx.response.is('html') ? partsOf(ctx.body) : undefined;
    if (!page) return;
    const { client, locale, uiLocales } = await askedBy(ctx);
    preferLanguage(ctx, uiLocales, locale);
    return parts.show(ctx, 'going-on', { ...(client ? { app: appHead(client) } : {}), ...page }, ctx.status);
  };
}

/** What the engine sends itself has these in it, in this order; a test tells when that changes. */
const ENGINES = /(<script>.+?document\.forms\[0\]\.submit\(\).+?<\/script>).+?<form( .+?)<noscript>/s;

/** The button stands outside the form, and names it. */
function partsOf(html: string): { script_html: string; form_html: string } | undefined {
  const [, script = '', form = ''] = ENGINES.exec(html) ?? [];
  return script ? { script_html: script, form_html: `<form id="op.form"${form}</form>` } : undefined;
}

/** Whose request it is, as far as the engine has found out. */
async function askedBy(ctx: Context) {
  const { client, account, params } = (ctx as unknown as KoaContextWithOIDC).oidc;
  const claims = await account?.claims('userinfo', 'profile', {}, []);
  const locale = localeOf(typeof claims?.['locale'] === 'string' ? claims['locale'] : undefined);
  return { client, locale, uiLocales: params?.['ui_locales'] };
}
