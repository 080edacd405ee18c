import type { Logger, Metrics } from '../telemetry/index.ts';
import type { Context, Middleware } from './context.ts';

/**
 * One line and one measurement a request. The route is named by its pattern: paths and queries hold codes, tokens
 * and interaction ids, and none of those belongs in a log.
 */
export function accessLog(logger: Logger, metrics: Metrics): Middleware {
  // Its members are all named here, and to search them for secrets would take longer than to write them.
  const lines = logger.child({}, { redact: [] });
  return (ctx, next) => {
    const started = process.hrtime.bigint();
    // Heard from the start, so that a caller who hangs up before the answer is told of too (nginx's 499).
    ctx.res.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - started) / 1e9;
      const [method, route, status] = [ctx.method, routeOf(ctx), ctx.res.writableFinished ? ctx.status : 499];
      metrics.requestDuration.observe({ method: knownMethod(method), route, status }, seconds);
      lines.info(
        { correlation_id: ctx.state.correlationId, method, route, status, ms: Math.round(seconds * 1e4) / 10 },
        `${method} ${route} ${status}`,
      );
    });
    return next();
  };
}

/** Our routers leave the pattern, the engine the name of its endpoint. */
function routeOf(ctx: Context): string {
  return ctx['_matchedRoute'] ?? ctx['_matchedRouteName'] ?? ctx['routeName'] ?? 'unmatched';
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A caller may send any word as a method; the label has seven values and this one. */
const knownMethod = (method: string) => (METHODS.has(method) ? method : 'other');
