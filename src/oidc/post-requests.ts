import type { Context, Middleware } from '../http/index.ts';
import { readForm } from '../http/index.ts';

const PATHS = new Set(['/oauth2/authorize', '/oauth2/logout']);

/**
 * Authorization and logout requests may come by POST (OIDC Core 3.1.2.1, RP-Initiated Logout 2). Such a form comes
 * from another site, so our cookies, being SameSite=Lax, do not come with it. Sent on as a GET of the same parameters
 * they do, and the person's session is found.
 */
export const postRequests: Middleware = async (ctx, next) => {
  if (ctx.method !== 'POST' || !PATHS.has(ctx.path)) return next();
  await readForm(ctx, async () => undefined);
  ctx.redirect(`${ctx.path}?${parametersOf(ctx)}`);
  ctx.status = 303;
};

/** The form's fields; one sent twice stays twice, for the engine to refuse. */
function parametersOf(ctx: Context): URLSearchParams {
  const body = ((ctx.request as { body?: unknown }).body ?? {}) as Record<string, string | string[]>;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(body)) for (const one of [value].flat()) parameters.append(name, one);
  return parameters;
}
