import { isAway } from '../kernel/away.ts';
import { BAD_REQUEST, INTERNAL_ERROR, NOT_FOUND, Problem, TOO_LARGE, UNAVAILABLE } from '../kernel/problem.ts';
import type { Logger } from '../telemetry/index.ts';
import type { Context, Middleware } from './context.ts';

/** Shows a problem to a person. */
export type ProblemPage = (ctx: Context, problem: Problem) => Promise<void>;

/**
 * Turns what was thrown into an answer: a page for people, problem+json (RFC 9457) for programs. What we did not
 * expect is logged whole and told as nothing but our fault.
 */
export function errors(logger: Logger, page: ProblemPage): Middleware {
  return async (ctx, next) => {
    try {
      await next();
      if (ctx.status === 404 && ctx.body == null) throw new Problem(NOT_FOUND);
    } catch (error) {
      const problem = toProblem(error);
      if (problem !== error && problem.status >= 500) logger.error({ err: error }, 'request failed');
      await answer(ctx, problem, page);
    }
  };
}

async function answer(ctx: Context, problem: Problem, page: ProblemPage): Promise<void> {
  ctx.status = problem.status;
  ctx.set({ ...problem.headers });
  if (!isForPrograms(ctx) && ctx.accepts('json', 'html') === 'html') return page(ctx, problem);
  ctx.body = JSON.stringify(problem.toJSON(ctx.state.correlationId));
  ctx.type = 'application/problem+json';
}

const isForPrograms = (ctx: Context) => ctx.path.startsWith('/v1/') || ctx.path.startsWith('/demo/api/');

/** Koa and its parsers throw http-errors: a status that is the caller's fault keeps its meaning. */
function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isAway(error)) return new Problem({ ...UNAVAILABLE, headers: { 'Retry-After': '1' } });
  const status = typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 500;
  if (status === 413) return new Problem(TOO_LARGE);
  if (status >= 400 && status < 500) return new Problem({ ...BAD_REQUEST, status });
  return new Problem(INTERNAL_ERROR);
}
