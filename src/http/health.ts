import Router from '@koa/router';
import type { Logger, Metrics } from '../telemetry/index.ts';
import type { State } from './context.ts';

/** What has to answer for this process to serve, by name. */
export type Checks = Readonly<Record<string, () => Promise<void>>>;

interface HealthParts {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly withMetrics: boolean;
}

/** `/healthz`: the process lives. `/readyz`: it can serve. `/metrics`: Prometheus. */
export function health(checks: Checks, { logger, metrics, withMetrics }: HealthParts): Router<State> {
  const router = new Router<State>();
  router.get('/healthz', (ctx) => {
    ctx.body = { status: 'ok' };
  });
  router.get('/readyz', async (ctx) => {
    const results = await Promise.all(Object.entries(checks).map((check) => run(check, logger)));
    const ready = results.every(([, state]) => state === 'ok');
    ctx.status = ready ? 200 : 503;
    ctx.body = { status: ready ? 'ready' : 'unavailable', checks: Object.fromEntries(results) };
  });
  if (withMetrics) {
    router.get('/metrics', async (ctx) => {
      ctx.type = metrics.registry.contentType;
      ctx.body = await metrics.registry.metrics();
    });
  }
  return router;
}

/** A check that takes longer than this, in milliseconds, has failed. */
const PATIENCE = 2000;

/** Why it failed is in the log; whoever asks here learns only what. */
async function run([name, check]: [string, () => Promise<void>], logger: Logger): Promise<[string, 'ok' | 'failed']> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`${name} did not answer`)), PATIENCE);
  try {
    await Promise.race([check(), late]);
    return [name, 'ok'];
  } catch (error) {
    logger.warn({ err: error, check: name }, 'not ready');
    return [name, 'failed'];
  } finally {
    clearTimeout(timer);
  }
}
