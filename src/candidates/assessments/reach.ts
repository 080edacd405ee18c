import type { Caller } from './types.ts';

/** A token that names one session is good for no other. */
export const isOutOfReach = (caller: Caller, id: string): boolean =>
  caller.kind === 'candidate' && caller.sessionId !== undefined && caller.sessionId !== id;

/** Whether somebody may see what a candidate has. */
export const mayReach = (caller: Caller, candidateId: string): boolean =>
  caller.kind === 'service' || caller.candidateId === candidateId;
