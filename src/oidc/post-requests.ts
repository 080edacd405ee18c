import { type Context, formParameters, type Middleware } from '../http/index.ts';

const PATHS = new Set(['/oauth2/authorize', '/oauth2/logout']);

/**
 * Authorization and logout requests may come by POST (OIDC Core 3.1.2.1, RP-Initiated Logout 2). Such a form comes
 * from another site, so our cookies, being SameSite=Lax, do not come with it. Sent on as a GET of the same parameters
 * they do, and the person's session is found.
 */
export const postRequests: Middleware = (ctx, next) =>
  ctx.method === 'POST' && PATHS.has(ctx.path) ? sendOn(ctx) : next();

async function sendOn(ctx: Context): Promise<void> {
  ctx.redirect(`${ctx.path}?${await formParameters(ctx)}`);
  ctx.status = 303;
}
