import { randomUUID } from 'node:crypto';
import { noteCause, withCorrelationId } from '../kernel/correlation.ts';
import type { Middleware } from './context.ts';

const HEADER = 'X-Correlation-ID';
const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/;

/** Takes the caller's correlation id when it is a harmless one, else makes one; on every answer and log line. */
export const correlation: Middleware = (ctx, next) => {
  const given = ctx.get(HEADER);
  const id = ACCEPTABLE.test(given) ? given : randomUUID();
  ctx.state.correlationId = id;
  ctx.set(HEADER, id);
  return withCorrelationId(id, next);
};

/** Remembers where a request comes from, for what is written down of it. */
export const noteNetwork: Middleware = (ctx, next) => {
  noteCause({ network: ctx.ip });
  return next();
};
