import type { Knex } from 'knex';
import Koa from 'koa';
import type { UnitOfWork } from './artifacts/index.ts';
import type { Config } from './config/index.ts';
import {
  accessLog,
  assets,
  type Checks,
  type Csrf,
  correlation,
  errors,
  health,
  knowOrigin,
  type Middleware,
  type Show,
  type State,
  securityHeaders,
} from './http/index.ts';
import type { Clock } from './kernel/clock.ts';
import { type CurrentProvider, mountProvider, postRequests } from './oidc/index.ts';
import type { Logger, Metrics } from './telemetry/index.ts';
import { interactionRoutes, problemPage, registerRoutes } from './web/index.ts';

export interface AppParts {
  readonly config: Config;
  readonly db: Knex;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly checks: Checks;
  readonly provider: CurrentProvider;
  readonly work: UnitOfWork;
  readonly csrf: Csrf;
  readonly show: Show;
  readonly viewsDir: string;
  /** The demo applications; development only. */
  readonly demo: Middleware | undefined;
}

/** What every request passes, in this order, until something answers. */
export function createApp(parts: AppParts): Koa<State> {
  const { config, logger, metrics, show } = parts;
  const app = new Koa<State>();
  app.keys = [...config.cookieKeys];
  app.silent = true;
  knowOrigin(app, config.issuer, config.trustProxy);

  app.use(correlation);
  app.use(accessLog(logger, metrics));
  app.use(securityHeaders({ https: config.issuer.startsWith('https:') }));
  app.use(errors(logger, problemPage(show)));
  app.use(
    health(parts.checks, { logger, metrics, withMetrics: config.metricsPort === undefined }).routes() as Middleware,
  );
  app.use(assets(parts.viewsDir) as Middleware);
  app.use(postRequests);
  app.use(mountProvider(parts.provider, parts.work) as Middleware);
  app.use(interactionRoutes(parts).routes() as Middleware);
  app.use(registerRoutes(parts).routes() as Middleware);
  if (parts.demo) app.use(parts.demo);
  return app;
}
