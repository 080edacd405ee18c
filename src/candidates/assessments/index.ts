/** Assessment sessions: which transitions there are, what is saved and when it ends. Owns its tables; knows no protocol. */
export { takeDevice } from './device-store.ts';
export { leftAt } from './row.ts';
export { findSession } from './store.ts';
export type { AssessmentSession, Caller, Devices, State, TransitionEvent } from './types.ts';
