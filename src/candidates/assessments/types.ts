import type { JsonObject } from '../types.ts';

export type State = 'created' | 'in_progress' | 'paused' | 'submitted' | 'expired' | 'terminated';

/** What a caller may have happen; that a session expires is the clock's. */
export type TransitionEvent = 'start' | 'pause' | 'resume' | 'submit' | 'terminate';

/** On how many devices at once a candidate may work: on the one that came last, or on all. */
export type Devices = 'one' | 'several';

/** A time-boxed sitting of one assessment, as it is at the moment of reading: overdue, it is `expired`. */
export interface AssessmentSession {
  readonly id: string;
  readonly candidateId: string;
  /** What the assessment platform calls the assessment. */
  readonly assessment: string;
  readonly state: State;
  readonly stateData: JsonObject;
  /** Counts what was saved, from 1. */
  readonly version: number;
  readonly durationSeconds: number | undefined;
  /** Seconds left, of its duration or until `expiresAt`, whichever is less, rounded up; undefined where it has neither. */
  readonly remainingSeconds: number | undefined;
  readonly startedAt: Date | undefined;
  readonly expiresAt: Date | undefined;
  readonly endedAt: Date | undefined;
  /** When it ends by itself if nothing happens until then; undefined where it has ended, or nothing would end it. */
  readonly dueAt: Date | undefined;
  readonly devices: Devices;
  /** The device that has it, where one alone may; undefined until one has come. */
  readonly activeDevice: string | undefined;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** Who does something to a session. */
export type Caller =
  | { readonly kind: 'service'; readonly clientId: string }
  | {
      readonly kind: 'candidate';
      readonly clientId: string;
      readonly candidateId: string;
      /** The only session that a token is good for, where it names one. */
      readonly sessionId?: string | undefined;
      /** The sign-in that the token is of. */
      readonly device?: string | undefined;
    };
