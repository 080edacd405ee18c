import assert from 'node:assert/strict';
import {
  type Caller,
  changeCandidate,
  createCandidate,
  createSession,
  deactivateCandidate,
  EVENTS,
  expireSessions,
  restoreCandidate,
  saveState,
  type TransitionEvent,
  transition,
} from '../../src/candidates/index.ts';
import type { EventType } from '../../src/events/index.ts';
import { enter, type InvitationParts, invite, makeResumeCode } from '../../src/invitations/index.ts';
import { newId, sha256 } from '../../src/kernel/ids.ts';
import { type candidateParts, makeSession, SERVICE, startSession, step } from './assessments.ts';

type Parts = ReturnType<typeof candidateParts>;

/** What use cases write down: one that is prepared, done, and looked at. */
export interface UseCase {
  readonly does: string;
  readonly tells: readonly EventType[];
  /** Makes what it needs; what it returns is the use case itself. */
  readonly prepare: () => Promise<() => Promise<unknown>>;
  /** `event`: it changes nothing else that could fail. `change`: that it failed is a change, too, and kept. */
  readonly alone?: 'event' | 'change';
}

/** How each transition comes to be allowed, and what it is told as. */
const STEPS: Readonly<Record<TransitionEvent, readonly [before: readonly TransitionEvent[], told: EventType]>> = {
  start: [[], 'assessment.session.started.v1'],
  pause: [['start'], 'assessment.session.paused.v1'],
  resume: [['start', 'pause'], 'assessment.session.resumed.v1'],
  submit: [['start'], 'assessment.session.submitted.v1'],
  terminate: [[], 'assessment.session.terminated.v1'],
};

/** Every use case of candidates and their sessions, and how they come in. */
export const candidateUseCases = (parts: () => Parts, invitations: () => InvitationParts): readonly UseCase[] => [
  ...ofCandidates(parts),
  ...EVENTS.map((event) => ofTransition(parts, event)),
  ...ofSessions(parts),
  ...ofComingIn(parts, invitations),
];

const newCandidate = async (parts: Parts, externalId?: string) =>
  (await createCandidate(parts, { externalId, name: 'Ada' })) ?? assert.fail();

const signIn = async ({ db }: Parts, accountId: string) => {
  const uid = newId();
  const payload = JSON.stringify({ kind: 'Session', uid, accountId });
  await db('oidc_artifacts').insert({
    ...{ model: 'Session', id: sha256(newId()), uid: sha256(uid), account_id: accountId, payload },
  });
  return uid;
};

const ofCandidates = (parts: () => Parts): UseCase[] => [
  {
    does: 'making a candidate',
    tells: ['candidate.created.v1'],
    prepare: async () => () => createCandidate(parts(), { externalId: newId() }),
  },
  {
    does: 'making a candidate under an external id that is another’s',
    tells: [],
    async prepare() {
      const { externalId } = await newCandidate(parts(), newId());
      return () => createCandidate(parts(), { externalId });
    },
  },
  {
    does: 'changing a candidate',
    tells: ['candidate.updated.v1'],
    async prepare() {
      const { id } = await newCandidate(parts());
      return () => changeCandidate(parts(), id, { name: 'Grace', metadata: { cohort: 2 } });
    },
  },
  {
    does: 'changing a candidate to what they are',
    tells: [],
    async prepare() {
      const { id, externalId } = await newCandidate(parts(), newId());
      return () => changeCandidate(parts(), id, { externalId, name: 'Ada', email: null, metadata: {} });
    },
  },
  {
    does: 'changing a candidate to an external id that is another’s',
    tells: [],
    async prepare() {
      const [{ id }, { externalId }] = [await newCandidate(parts()), await newCandidate(parts(), newId())];
      return () => changeCandidate(parts(), id, { externalId, name: 'Grace' });
    },
  },
  {
    does: 'changing a candidate who is not there',
    tells: [],
    prepare: async () => () => changeCandidate(parts(), newId(), { name: 'Grace' }),
  },
  {
    does: 'deactivating a candidate who is signed in, and has a session that is over and two that are not',
    tells: [
      'candidate.deactivated.v1',
      'assessment.session.expired.v1',
      'assessment.session.terminated.v1',
      'assessment.session.terminated.v1',
      'identity.session.ended.v1',
    ],
    async prepare() {
      const { candidateId: id } = await startSession(parts(), { durationSeconds: 1 });
      parts().time.advance(2);
      for (const assessment of ['b', 'c']) await createSession(parts(), 'platform', id, { assessment });
      await signIn(parts(), id);
      return () => deactivateCandidate(parts(), 'platform', id);
    },
  },
  {
    does: 'deactivating a candidate who is deactivated',
    tells: [],
    async prepare() {
      const { id } = await newCandidate(parts());
      await deactivateCandidate(parts(), 'platform', id);
      return () => deactivateCandidate(parts(), 'platform', id);
    },
  },
  {
    does: 'restoring a candidate',
    tells: ['candidate.restored.v1'],
    async prepare() {
      const { id } = await newCandidate(parts());
      await deactivateCandidate(parts(), 'platform', id);
      return () => restoreCandidate(parts(), id);
    },
  },
  {
    does: 'restoring a candidate who is active',
    tells: [],
    async prepare() {
      const { id } = await newCandidate(parts());
      return () => restoreCandidate(parts(), id);
    },
  },
];

const ofTransition = (parts: () => Parts, event: TransitionEvent): UseCase => ({
  does: `the transition ${event}`,
  tells: [STEPS[event][1]],
  async prepare() {
    const { id } = await makeSession(parts());
    for (const before of STEPS[event][0]) await step(parts(), id, before);
    return () => transition(parts(), SERVICE, id, { event });
  },
});

const ofSessions = (parts: () => Parts): UseCase[] => [
  {
    does: 'making a session',
    tells: ['assessment.session.created.v1'],
    async prepare() {
      const { id } = await newCandidate(parts());
      return () => createSession(parts(), 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'making a session in the place of one that is over',
    tells: ['assessment.session.expired.v1', 'assessment.session.created.v1'],
    async prepare() {
      const { candidateId: id } = await startSession(parts(), { durationSeconds: 1 });
      parts().time.advance(2);
      return () => createSession(parts(), 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'making a session beside one that is live',
    tells: [],
    async prepare() {
      const { candidateId: id } = await makeSession(parts());
      return () => createSession(parts(), 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'making a session for a candidate who is deactivated',
    tells: [],
    async prepare() {
      const { id } = await newCandidate(parts());
      await deactivateCandidate(parts(), 'platform', id);
      return () => createSession(parts(), 'platform', id, { assessment: 'a' });
    },
  },
  {
    does: 'starting what was started',
    tells: [],
    async prepare() {
      const { id } = await startSession(parts());
      return () => transition(parts(), SERVICE, id, { event: 'start' });
    },
  },
  {
    does: 'a transition that may not be',
    tells: [],
    async prepare() {
      const { id } = await makeSession(parts());
      return () => transition(parts(), SERVICE, id, { event: 'pause' });
    },
  },
  {
    does: 'a transition after the time is over',
    tells: [],
    async prepare() {
      const { id } = await startSession(parts(), { durationSeconds: 60 });
      parts().time.advance(61);
      await expireSessions(parts());
      return () => transition(parts(), SERVICE, id, { event: 'submit' });
    },
  },
  {
    does: 'a transition on a device that the session was taken from',
    tells: [],
    async prepare() {
      const { id, candidateId } = await makeSession(parts());
      const on = (device: string): Caller => ({ kind: 'candidate', clientId: 'web', candidateId, device });
      await transition(parts(), on('new'), id, { event: 'start' });
      return () => transition(parts(), on('old'), id, { event: 'pause' });
    },
  },
  {
    does: 'saving, saving the same again, and saving what is stale',
    tells: [],
    async prepare() {
      const { id } = await startSession(parts());
      const save = (data: object) => saveState(parts(), SERVICE, id, { versions: [1], data: { ...data } });
      return async () => [await save({ answer: 1 }), await save({ answer: 1 }), await save({ answer: 2 })];
    },
  },
  {
    does: 'the job that finds three sessions over',
    tells: ['assessment.session.expired.v1', 'assessment.session.expired.v1', 'assessment.session.expired.v1'],
    async prepare() {
      await expireSessions(parts());
      for (let count = 0; count < 3; count += 1) await startSession(parts(), { durationSeconds: 60 });
      parts().time.advance(61);
      return () => expireSessions(parts());
    },
  },
  {
    does: 'the job that finds none over',
    tells: [],
    async prepare() {
      await expireSessions(parts());
      return () => expireSessions(parts());
    },
  },
];

const ofComingIn = (parts: () => Parts, invitations: () => InvitationParts): UseCase[] => {
  const device = newId();
  const invited = async () => {
    const { id, candidateId } = await startSession(parts(), { durationSeconds: 60 });
    const link = await invite(invitations(), id, { clientId: 'web', app: 'Web', lifetime: 600, mail: undefined });
    if ('problem' in link) assert.fail(link.problem);
    return { id, candidateId, proof: { token: new URL(link.url).searchParams.get('token') ?? '' } };
  };
  return [
    {
      does: 'coming in by a link, where the candidate was signed in before',
      tells: ['identity.session.ended.v1', 'identity.login.succeeded.v1'],
      async prepare() {
        const { candidateId, proof } = await invited();
        const instead = { accountId: candidateId, uid: await signIn(parts(), candidateId) };
        return () => enter(invitations(), proof, { device, instead });
      },
    },
    {
      does: 'coming in by a code',
      tells: ['identity.login.succeeded.v1'],
      async prepare() {
        const { id } = await invited();
        const made = await makeResumeCode(invitations(), id, { clientId: 'web', lifetime: 600 });
        if ('problem' in made) assert.fail(made.problem);
        return () => enter(invitations(), { code: made.code }, { device });
      },
    },
    {
      does: 'coming by a link that was used',
      tells: [],
      async prepare() {
        const { proof } = await invited();
        await enter(invitations(), proof, { device });
        return () => enter(invitations(), proof, { device });
      },
    },
    {
      does: 'coming by a link to a session that is over',
      tells: [],
      async prepare() {
        const { proof } = await invited();
        parts().time.advance(61);
        return () => enter(invitations(), proof, { device });
      },
    },
  ];
};
