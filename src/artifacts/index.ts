/**
 * What the protocol engine keeps: sessions, grants, codes, tokens. Owns their identity (digests), the
 * request's unit of work and the split between what lasts and what is short-lived; knows no SQL, Redis or HTTP.
 */
export { END_SHORT_LIVED, type EndShortLivedJob, type ShortLived } from './end-short-lived.ts';
export {
  isOfSessions,
  type PersonalArtifacts,
  type PersonalGrant,
  type PersonalSession,
  type PersonalToken,
  type Sighting,
  type WhichSessions,
} from './personal.ts';
export { routedStore } from './routed-store.ts';
export { TELL_ATTEMPTS, TELL_CLIENT, type TellClientJob } from './tell-client.ts';
export {
  type Artifact,
  type ArtifactStore,
  type Bundle,
  bundled,
  type Ending,
  type Key,
  type Model,
  type Related,
  type StoredArtifact,
  shortLived,
  signedInWith,
  type Write,
} from './types.ts';
export { ArtifactConflict, type Keep, UnitOfWork } from './unit-of-work.ts';
export { actorOf, INVITATION_ACR } from './whose.ts';
