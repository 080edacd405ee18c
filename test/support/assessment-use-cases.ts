import {
  type Caller,
  createSession,
  deactivateCandidate,
  EVENTS,
  expireSessions,
  saveState,
  type TransitionEvent,
  transition,
} from '../../src/candidates/index.ts';
import type { EventType } from '../../src/events/index.ts';
import { makeSession, newCandidate, SERVICE, startSession, step } from './assessments.ts';
import type { UseCase } from './use-case.ts';

/** How each transition comes to be allowed, and what it is told as. */
const STEPS: Readonly<Record<TransitionEvent, readonly [before: readonly TransitionEvent[], told: EventType]>> = {
  start: [[], 'assessment.session.started.v1'],
  pause: [['start'], 'assessment.session.paused.v1'],
  resume: [['start', 'pause'], 'assessment.session.resumed.v1'],
  submit: [['start'], 'assessment.session.submitted.v1'],
  terminate: [[], 'assessment.session.terminated.v1'],
};

const ofTransition = (event: TransitionEvent): UseCase => ({
  does: `the transition ${event}`,
  tells: [STEPS[event][1]],
  async prepare({ candidates }) {
    const { id } = await makeSession(candidates);
    for (const before of STEPS[event][0]) await step(candidates, id, before);
    return () => transition(candidates, SERVICE, id, { event });
  },
});

/** Candidates’ sessions: every transition, made, saved and over. */
export const ASSESSMENT_USE_CASES: readonly UseCase[] = [
  ...EVENTS.map(ofTransition),
  {
    does: 'making a session',
    tells: ['assessment.session.created.v1'],
    async prepare({ candidates }) {
      const { id } = await newCandidate(candidates);
      return () => createSession(candidates, 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'making a session in the place of one that is over',
    tells: ['assessment.session.expired.v1', 'assessment.session.created.v1'],
    async prepare({ candidates }) {
      const { candidateId: id } = await startSession(candidates, { durationSeconds: 1 });
      candidates.time.advance(2);
      return () => createSession(candidates, 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'making a session beside one that is live',
    tells: [],
    async prepare({ candidates }) {
      const { candidateId: id } = await makeSession(candidates);
      return () => createSession(candidates, 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'making a session for a candidate who is deactivated',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await newCandidate(candidates);
      await deactivateCandidate(candidates, 'platform', id);
      return () => createSession(candidates, 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'starting what was started',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await startSession(candidates);
      return () => transition(candidates, SERVICE, id, { event: 'start' });
    },
  },
  {
    does: 'a transition that may not be',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await makeSession(candidates);
      return () => transition(candidates, SERVICE, id, { event: 'pause' });
    },
  },
  {
    does: 'a transition after the time is over',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await startSession(candidates, { durationSeconds: 60 });
      candidates.time.advance(61);
      await expireSessions(candidates);
      return () => transition(candidates, SERVICE, id, { event: 'submit' });
    },
  },
  {
    does: 'a transition on a device that the session was taken from',
    tells: [],
    async prepare({ candidates }) {
      const { id, candidateId } = await makeSession(candidates);
      const on = (device: string): Caller => ({ kind: 'candidate', clientId: 'web', candidateId, device });
      await transition(candidates, on('new'), id, { event: 'start' });
      return () => transition(candidates, on('old'), id, { event: 'pause' });
    },
  },
  {
    does: 'saving, saving the same again, and saving what is stale',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await startSession(candidates);
      const save = (data: object) => saveState(candidates, SERVICE, id, { versions: [1], data: { ...data } });
      return async () => [await save({ answer: 1 }), await save({ answer: 1 }), await save({ answer: 2 })];
    },
  },
  {
    does: 'the job that finds three sessions over',
    tells: ['assessment.session.expired.v1', 'assessment.session.expired.v1', 'assessment.session.expired.v1'],
    async prepare({ candidates }) {
      await expireSessions(candidates);
      for (let count = 0; count < 3; count += 1) await startSession(candidates, { durationSeconds: 60 });
      candidates.time.advance(61);
      return () => expireSessions(candidates);
    },
  },
  {
    does: 'the job that finds none over',
    tells: [],
    async prepare({ candidates }) {
      await expireSessions(candidates);
      return () => expireSessions(candidates);
    },
  },
];
