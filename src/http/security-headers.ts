import helmet from 'koa-helmet';
import { randomToken } from '../kernel/ids.ts';
import type { Context, Middleware } from './context.ts';

/** RFC 6797: whoever has been here over TLS comes over TLS for a year. Of hosts below ours nothing is known. */
export const HSTS = { 'Strict-Transport-Security': 'max-age=31536000' };

/**
 * Headers of every answer: nothing may frame us, nothing that it holds is run or loaded, no address of ours leaks as a
 * referrer, and nothing is cached unless its handler says so.
 */
export function securityHeaders({ hsts }: { readonly hsts: boolean }): Middleware {
  const headers = Object.entries({ ...OF_ALL, ...(hsts ? HSTS : {}) });
  return (ctx, next) => {
    for (const [name, value] of headers) ctx.res.setHeader(name, value);
    // The engine has pages of its own, and allows their scripts in the policy that it finds.
    if (ctx.method === 'GET') allowPage(ctx);
    return next();
  };
}

/**
 * For what may be a page: its scripts and styles need this answer's nonce, which is returned.
 *
 * There is no `form-action`: browsers apply it to the redirects that follow a form, and the sign-in form ends at
 * whatever address the application has, or sends people on to.
 */
export function allowPage(ctx: Context): string {
  if (ctx.state.nonce) return ctx.state.nonce;
  const nonce = randomToken(16);
  ctx.state.nonce = nonce;
  ctx.set(OF_PAGES);
  ctx.set('Content-Security-Policy', policy(nonce));
  return nonce;
}

/** What helmet has for every answer is the same for each: it is asked once. */
const OF_PAGES = helmetHeaders();

const OF_ALL = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'X-Frame-Options': 'DENY',
  'Content-Security-Policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

function helmetHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const res = {
    setHeader: (name: string, value: string) => {
      headers[name] = value;
    },
    removeHeader: () => undefined,
  };
  const ask = helmet({
    contentSecurityPolicy: false,
    strictTransportSecurity: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
    crossOriginResourcePolicy: false,
    // An application may open sign-in in a window of its own and wait for it.
    crossOriginOpenerPolicy: { policy: 'same-origin-allow-popups' },
  }) as unknown as (ctx: { readonly req: object; readonly res: object }, next: () => void) => unknown;
  ask({ req: {}, res }, () => undefined);
  return headers;
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
