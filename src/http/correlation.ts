import { randomUUID } from 'node:crypto';
import { withCause } from '../kernel/correlation.ts';
import type { Middleware } from './context.ts';

const HEADER = 'X-Correlation-ID';
const ACCEPTABLE = /^[A-Za-z0-9._-]{1,128}$/;

/**
 * Takes the caller's correlation id when it is a harmless one, else makes one; on every answer and log line. Remembers where a
 * request comes from, for what is written down of it, if that may be kept.
 */
export function correlation({ networkAddresses }: { readonly networkAddresses: boolean }): Middleware {
  return (ctx, next) => {
    const given = ctx.get(HEADER);
    const correlationId = ACCEPTABLE.test(given) ? given : randomUUID();
    ctx.state.correlationId = correlationId;
    ctx.set(HEADER, correlationId);
    return withCause(networkAddresses ? { correlationId, network: ctx.ip } : { correlationId }, next);
  };
}
