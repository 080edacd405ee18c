import helmet from 'koa-helmet';
import { randomToken } from '../kernel/ids.ts';
import type { Middleware } from './context.ts';

/** RFC 6797: whoever has been here over TLS comes over TLS for a year. Of hosts below ours nothing is known. */
export const HSTS = { 'Strict-Transport-Security': 'max-age=31536000' };

/**
 * Headers of every answer: nothing may frame us, scripts and styles need this answer's nonce, no address of ours
 * leaks as a referrer, and nothing is cached unless its handler says so.
 *
 * There is no `form-action`: browsers apply it to the redirects that follow a form, and the sign-in form ends at
 * whatever address the application has, or sends people on to.
 */
export function securityHeaders({ hsts }: { readonly hsts: boolean }): Middleware {
  const secure = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    crossOriginResourcePolicy: false,
    // An application may open sign-in in a window of its own and wait for it.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
  }) as unknown as Middleware;
  return (ctx, next) => {
    ctx.state.nonce = randomToken(16);
    ctx.set('Content-Security-Policy', policy(ctx.state.nonce));
    ctx.set('Cache-Control', 'no-store');
    if (hsts) ctx.set(HSTS);
    return secure(ctx, next);
  };
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' https: data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
