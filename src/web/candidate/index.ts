import Router from '@koa/router';
import type { State } from '../../http/index.ts';
import type { WebParts } from '../parts.ts';
import { enterRoutes } from './enter.ts';
import { resumeRoutes } from './resume.ts';

export { showOver } from './over.ts';

/** `/candidate`: how somebody without an account comes to their assessment, by a link or by a code. */
export function candidateRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  for (const routes of [enterRoutes(parts), resumeRoutes(parts)]) router.use(routes.routes());
  return router;
}
