/**
 * The protocol engine assembled: its configuration, its storage over the unit of work, and the reference to the one
 * in use. Whoever serves its pages or mounts it comes through here.
 */
export { accessTokenVerifier } from './access-token-verifier.ts';
export { adapterFactory } from './adapter.ts';
export { tellClient } from './back-channel.ts';
export {
  type BrowserSession,
  browserSession,
  findSignIn,
  handOver,
  openSitting,
  type SignIn,
} from './browser-session.ts';
export { checkClientsAlone } from './check-alone.ts';
export { loginUriOf } from './client-metadata.ts';
export type { ProviderPages, ProviderParts } from './configuration.ts';
export { DPOP_ALGORITHMS } from './dpop.ts';
export { DpopProofError } from './dpop-proof.ts';
export { endToken } from './end-token.ts';
export { isFirstParty } from './first-party.ts';
export { SESSION } from './lifetimes.ts';
export { mountProvider, unitOfWork } from './mount.ts';
export { type Possession, possessionOf, thumbprintOf } from './possession.ts';
export { postRequests } from './post-requests.ts';
export { buildEngine, type CurrentProvider, checkClients, currentProvider } from './provider.ts';
export { publishDocuments } from './published-documents.ts';
export { PROOF_LIFE } from './replay.ts';
export { ACCESS_TOKEN_ALG, maySeeAssessments } from './resources.ts';
export { kidOf, type Signed } from './signed.ts';
export { sittingIn } from './sitting-sid.ts';
export { statusLists } from './status-lists.ts';
export { type StructuredTokens, structuredTokens } from './structured-tokens.ts';
