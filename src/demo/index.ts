import type { Middleware } from 'koa';
import compose from 'koa-compose';
import type { Middleware as OurMiddleware } from '../http/index.ts';
import { demoApi } from './api.ts';
import { type DemoParts, demoApplication } from './application.ts';

/**
 * `/demo`: two relying parties and an API, in development only. They use Gatehouse from outside, over HTTP, as anybody
 * would; openid-client is a development dependency, so this folder is imported only there.
 */
export function demo(parts: DemoParts): OurMiddleware {
  const applications = [
    { clientId: 'demo-web-2', name: 'Second demo', path: '/demo/second', other: '/demo', second: true },
    { clientId: 'demo-web', name: 'Demo', path: '/demo', other: '/demo/second', second: false },
  ];
  const routers = [demoApi(parts.issuer), ...applications.map((application) => demoApplication(application, parts))];
  return compose(routers.map((router) => router.routes() as unknown as Middleware)) as unknown as OurMiddleware;
}
