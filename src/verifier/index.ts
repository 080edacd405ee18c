/**
 * What a gateway or an API in Node imports to check access tokens of Gatehouse, or of anybody who issues RFC 9068 JWTs.
 * It knows jose and Node, and nothing of the server: this folder can be copied into another project as it is.
 */
export { type Admission, type Asking, admit } from './admit.ts';
export { checkStatusLists, type StatusListOptions } from './check-status-lists.ts';
export { createVerifier } from './create-verifier.ts';
export {
  InsufficientScope,
  type RefusalCode,
  TokenRefused,
  Unavailable,
  type UnavailableCode,
  VerifierError,
} from './errors.ts';
export { followRevocations } from './follow-revocations.ts';
export type { FollowOptions } from './follow-settings.ts';
export type { Admitted, GuardOptions } from './guard.ts';
export { type AdmittedRequest, type HttpMiddleware, httpMiddleware } from './http.ts';
export { type KoaContext, type KoaMiddleware, koaMiddleware } from './koa.ts';
export { requireScopes, scopesOf } from './scopes.ts';
export type { VerifierOptions } from './settings.ts';
export type { AccessTokenClaims, DpopProof, Presented, Revocations, Verifier } from './types.ts';
