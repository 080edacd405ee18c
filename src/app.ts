import Koa from 'koa';
import { type ApiParts, apiRoutes } from './api/index.ts';
import type { Config } from './config/index.ts';
import {
  accessLog,
  assets,
  type Checks,
  type CookieKeys,
  correlation,
  errors,
  health,
  knowOrigin,
  type Middleware,
  type State,
  securityHeaders,
} from './http/index.ts';
import type { DevelopmentMailbox } from './mail/index.ts';
import { mountProvider, postRequests, publishDocuments } from './oidc/index.ts';
import type { Logger, Metrics } from './telemetry/index.ts';
import {
  accountRoutes,
  answeredHere,
  candidateRoutes,
  devMailboxRoutes,
  forgotPasswordRoutes,
  goingOn,
  interactionRoutes,
  problemPage,
  registerRoutes,
  resetPasswordRoutes,
  verifyEmailRoutes,
  type WebParts,
} from './web/index.ts';

export interface AppParts extends WebParts, ApiParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly checks: Checks;
  readonly cookieKeys: CookieKeys;
  readonly viewsDir: string;
  /** Answers for the status lists. */
  readonly statusLists: Middleware;
  /** The demo applications; development only. */
  readonly demo: Middleware | undefined;
  /** Where mail lands in development without SMTP_URL. */
  readonly mailbox: DevelopmentMailbox | undefined;
}

/** What every request passes, in this order, until something answers. */
export function createApp(parts: AppParts): Koa<State> {
  const { config, logger, metrics, show } = parts;
  const hsts = config.issuer.startsWith('https:');
  const app = new Koa<State>();
  app.keys = parts.cookieKeys;
  app.silent = true;
  knowOrigin(app, config.issuer, config.trustProxy);

  app.use(correlation(config.events));
  app.use(accessLog(logger, metrics));
  app.use(publishDocuments(parts.provider, { hsts }));
  app.use(securityHeaders({ hsts }));
  app.use(errors(logger, problemPage(show)));
  // Ahead of what pages and the protocol need: none of it is the API’s.
  app.use(apiRoutes(parts));
  app.use(postRequests);
  app.use(answeredHere(parts));
  app.use(goingOn(parts));
  app.use(parts.statusLists);
  app.use(mountProvider(parts.provider, parts.work) as Middleware);
  app.use(
    health(parts.checks, { logger, metrics, withMetrics: config.metricsPort === undefined }).routes() as Middleware,
  );
  app.use(assets(parts.viewsDir) as Middleware);
  app.use(interactionRoutes(parts).routes() as Middleware);
  const pages = [
    registerRoutes,
    verifyEmailRoutes,
    forgotPasswordRoutes,
    resetPasswordRoutes,
    accountRoutes,
    candidateRoutes,
  ];
  for (const routes of pages) app.use(routes(parts).routes() as Middleware);
  if (parts.mailbox) app.use(devMailboxRoutes(parts.mailbox, show).routes() as Middleware);
  if (parts.demo) app.use(parts.demo);
  return app;
}
