/**
 * Candidates, who sit assessments without an account of their own, and the sessions in which they do (`assessments/`). Owns
 * what a candidate and a session are and what may become of them; how a candidate signs in is the protocol's.
 */
export {
  type AssessmentSession,
  allowedIn,
  type Caller,
  type CreationRefusal,
  createSaves,
  createSession,
  type Devices,
  drawMachine,
  EVENTS,
  expireSessions,
  findResumable,
  findSession,
  type HistoryPage,
  listSessions,
  mayReach,
  readHistory,
  readSession,
  removeEndedSessions,
  type Saved,
  type SaveRefusal,
  SERVICE_EVENTS,
  type SessionPage,
  type SessionRequest,
  STATE_MAX,
  STATES,
  type State,
  saveState,
  storedState,
  TRANSITIONS,
  type TrailEntry,
  type TransitionEvent,
  type TransitionRefusal,
  takeDevice,
  transition,
} from './assessments/index.ts';
export { changeCandidate } from './change-candidate.ts';
export { createCandidate } from './create-candidate.ts';
export { deactivateCandidate } from './deactivate-candidate.ts';
export { type CandidatePage, listCandidates } from './list-candidates.ts';
export type { CandidateParts } from './parts.ts';
export { restoreCandidate } from './restore-candidate.ts';
export { findSitting, type Sitting } from './sitting.ts';
export { findCandidate } from './store.ts';
export type { Candidate, CandidateMembers, CandidateQuery, JsonObject } from './types.ts';
