/** Assessment sessions: which transitions there are, what is saved and when it ends. Owns its tables; knows no protocol. */

export { type CreationRefusal, createSession, type SessionRequest } from './create-session.ts';
export { takeDevice } from './device-store.ts';
export { drawMachine } from './draw.ts';
export { expireSessions, removeEndedSessions } from './expire-sessions.ts';
export { allowedIn, EVENTS, SERVICE_EVENTS, STATES, TRANSITIONS } from './machine.ts';
export { mayReach } from './reach.ts';
export { type HistoryPage, readHistory } from './read-history.ts';
export { findResumable, listSessions, readSession, type SessionPage } from './read-sessions.ts';
export { leftAt } from './row.ts';
export { type Saved, type SaveRefusal, saveState } from './save-state.ts';
export { createSaves, type Saves } from './saves.ts';
export { STATE_MAX, storedState } from './state-data.ts';
export { findSession } from './store.ts';
export { terminateAll } from './terminate-all.ts';
export type { TrailEntry } from './trail-store.ts';
export { type TransitionRefusal, transition } from './transition.ts';
export type { AssessmentSession, Caller, Devices, State, TransitionEvent } from './types.ts';
