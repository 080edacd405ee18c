import { type ClientMetadata, isOriginOf } from '../clients/index.ts';
import type { Context } from '../http/index.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';

export const ORIGIN_NOT_ALLOWED = {
  status: 403,
  code: 'origin_not_allowed',
  title: 'Origin not allowed',
  detail: 'A browser’s page may call for its own client alone: the origin is that of none of its redirect_uris.',
} satisfies ProblemMembers;

/** What a page may read of an answer, besides what every page may. */
const EXPOSED = 'ETag, WWW-Authenticate, DPoP-Nonce, Retry-After, X-Correlation-ID';

/**
 * Lets a browser's page read the answer, if the caller's client has one of its redirect addresses there. Any other
 * page's request is refused: it may have been sent without asking first.
 */
export function allowOrigin(ctx: Context, client: ClientMetadata): void {
  const origin = ctx.get('Origin');
  ctx.vary('Origin');
  if (!origin) return;
  if (!isOriginOf(client['redirect_uris'], origin)) throw new Problem(ORIGIN_NOT_ALLOWED);
  ctx.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': EXPOSED });
}

/**
 * Answers a browser that asks before it sends. It asks without credentials, so nobody knows yet for which client: every
 * origin may try. There are no cookies here that such a try could use.
 */
export function answerPreflight(ctx: Context, methods: string): void {
  ctx.vary('Origin');
  ctx.set({
    Allow: methods,
    'Access-Control-Allow-Origin': ctx.get('Origin') || '*',
    'Access-Control-Allow-Methods': methods,
    'Access-Control-Allow-Headers': 'Authorization, DPoP, Content-Type, If-Match',
    'Access-Control-Max-Age': '3600',
  });
  ctx.status = 204;
}
