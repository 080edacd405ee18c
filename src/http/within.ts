import type { Middleware } from './context.ts';

/** Hands over what is asked for below a path. All else goes on at once: a router would hold it against each of its routes. */
export function within(path: string, routes: Middleware): Middleware {
  return (ctx, next) => (ctx.path.startsWith(path) ? routes(ctx, next) : next());
}
