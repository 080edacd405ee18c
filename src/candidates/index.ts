/**
 * Candidates, who sit assessments without an account of their own, and the sessions in which they do (`assessments/`). Owns
 * what a candidate and a session are and what may become of them; how a candidate signs in is the protocol's.
 */
export {
  type AssessmentSession,
  type Caller,
  type Devices,
  findSession,
  type State,
  type TransitionEvent,
  takeDevice,
} from './assessments/index.ts';
export type { CandidateParts } from './parts.ts';
export { findSitting, type Sitting } from './sitting.ts';
export { findCandidate } from './store.ts';
export type { Candidate, JsonObject } from './types.ts';
