import type { Context } from 'koa';
import { Problem, UNAVAILABLE } from '../kernel/problem.ts';

const RETRY_AFTER = { 'Retry-After': '1' };

/** Where the store of codes and proofs did not answer, the engine has answered 503: programs are told when to ask again. */
export function askAgainLater(ctx: Context): void {
  ctx.status = 503;
  ctx.set(RETRY_AFTER);
  if (isPerson(ctx)) return;
  const error_description = 'a part of the server does not answer just now: try again in a moment';
  ctx.body = { error: 'temporarily_unavailable', error_description };
}

/** The same where the engine was done, and what it has answered did not come to be. */
export function askForAllAgain(ctx: Context): void {
  ctx.remove('set-cookie');
  ctx.remove('location');
  if (isPerson(ctx)) throw new Problem({ ...UNAVAILABLE, headers: RETRY_AFTER });
  askAgainLater(ctx);
}

const isPerson = (ctx: Context) => ctx.accepts('json', 'html') === 'html';
