import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Admitted, correlate, type GuardOptions, judge } from './guard.ts';
import type { Verifier } from './types.ts';

/** A request that was let in. */
export type AdmittedRequest = IncomingMessage & Admitted;

export type HttpMiddleware = (request: IncomingMessage, response: ServerResponse, next: () => void) => Promise<void>;

/**
 * For `node:http`, and whatever takes `(request, response, next)`. Lets nobody past but who shows a good token; then the
 * request is an AdmittedRequest, with `claims` and `correlationId`. Else it answers 401, 403 or 503 without a body. Should
 * a callback of the options throw, it rejects, and nobody is past.
 */
export function httpMiddleware(verifier: Verifier, options: GuardOptions = {}): HttpMiddleware {
  return async (request, response, next) => {
    const correlationId = correlate(request);
    response.setHeader('X-Correlation-ID', correlationId);
    const admission = await judge(verifier, options, request, pathOf(request), correlationId);
    if (!admission.claims) {
      response.writeHead(admission.status, { ...admission.headers, 'Content-Length': 0 }).end();
      return;
    }
    Object.assign(request, { claims: admission.claims, correlationId });
    next();
  };
}

/** Frameworks that mount keep the whole path here. */
function pathOf(request: IncomingMessage & { readonly originalUrl?: string }): string {
  return request.originalUrl ?? request.url ?? '/';
}
