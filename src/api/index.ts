/**
 * `/v1`, one file a resource. Each describes its routes: who may call, what may be sent, what is answered, and the one
 * use case that is called. The same descriptions validate requests and write the OpenAPI document. Knows no page.
 */
export type { ApiParts } from './parts.ts';
export { apiRoutes } from './router.ts';
