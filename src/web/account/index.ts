import Router from '@koa/router';
import type { State } from '../../http/index.ts';
import type { WebParts } from '../parts.ts';
import { applicationsPage } from './applications.ts';
import { confirmEmailRoutes } from './confirm-email.ts';
import { dataPage } from './data.ts';
import { deletedRoutes, deletePage } from './delete.ts';
import { emailPage } from './email.ts';
import { languagePage } from './language.ts';
import { namePage } from './name.ts';
import { overviewRoutes } from './overview.ts';
import { accountPage } from './page.ts';
import { passwordPage } from './password.ts';
import { sessionsPage } from './sessions.ts';
import { signedInRoutes } from './to-sign-in.ts';

const PAGES = [
  namePage,
  languagePage,
  emailPage,
  passwordPage,
  sessionsPage,
  applicationsPage,
  dataPage,
  deletePage,
] as const;

/**
 * `/account`: somebody's own account, one file a question. Goes by the engine's session, and has people signed in by the
 * ordinary pages; what is asked is one page, what is done one use case.
 */
export function accountRoutes(parts: WebParts): Router<State> {
  const router = new Router<State>();
  const routers = [
    overviewRoutes(parts),
    signedInRoutes(parts),
    confirmEmailRoutes(parts),
    deletedRoutes(parts),
    ...PAGES.map((page) => accountPage(parts, page(parts))),
  ];
  for (const each of routers) router.use(each.routes());
  return router;
}
