import type { IncomingMessage } from 'node:http';
import { correlate, type GuardOptions, judge } from './guard.ts';
import type { Verifier } from './types.ts';

/** As much of Koa's context as is used here. */
export interface KoaContext {
  readonly req: IncomingMessage;
  readonly originalUrl: string;
  readonly state: Record<string, unknown>;
  status: number;
  body: unknown;
  set(fields: { [name: string]: string }): void;
}

export type KoaMiddleware = (ctx: KoaContext, next: () => Promise<unknown>) => Promise<void>;

/**
 * Lets nobody past but who shows a good token; then `ctx.state.claims` is what it says, and `ctx.state.correlationId` is
 * this request's id. Else it answers 401, 403 or 503 without a body.
 */
export function koaMiddleware(verifier: Verifier, options: GuardOptions = {}): KoaMiddleware {
  return async (ctx, next) => {
    const correlationId = correlate(ctx.req);
    ctx.set({ 'X-Correlation-ID': correlationId });
    const admission = await judge(verifier, options, ctx.req, ctx.originalUrl, correlationId);
    if (admission.claims) {
      Object.assign(ctx.state, { claims: admission.claims, correlationId });
      await next();
      return;
    }
    ctx.set({ ...admission.headers });
    ctx.status = admission.status;
    ctx.body = '';
  };
}
