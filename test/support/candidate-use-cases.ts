import {
  changeCandidate,
  createCandidate,
  createSession,
  deactivateCandidate,
  restoreCandidate,
} from '../../src/candidates/index.ts';
import { newId } from '../../src/kernel/ids.ts';
import { newCandidate, startSession } from './assessments.ts';
import { openSession } from './somebody.ts';
import type { UseCase } from './use-case.ts';

/** Candidates that are made, changed, taken out and brought back. */
export const CANDIDATE_USE_CASES: readonly UseCase[] = [
  {
    does: 'making a candidate',
    tells: ['candidate.created.v1'],
    async prepare({ candidates }) {
      return () => createCandidate(candidates, { externalId: newId() });
    },
  },
  {
    does: 'making a candidate under an external id that is another’s',
    tells: [],
    async prepare({ candidates }) {
      const { externalId } = await newCandidate(candidates, newId());
      return () => createCandidate(candidates, { externalId });
    },
  },
  {
    does: 'changing a candidate',
    tells: ['candidate.updated.v1'],
    async prepare({ candidates }) {
      const { id } = await newCandidate(candidates);
      return () => changeCandidate(candidates, id, { name: 'Grace', metadata: { cohort: 2 } });
    },
  },
  {
    does: 'changing a candidate to what they are',
    tells: [],
    async prepare({ candidates }) {
      const { id, externalId } = await newCandidate(candidates, newId());
      return () => changeCandidate(candidates, id, { externalId, name: 'Ada', email: null, metadata: {} });
    },
  },
  {
    does: 'changing a candidate to an external id that is another’s',
    tells: [],
    async prepare({ candidates }) {
      const [{ id }, { externalId }] = [await newCandidate(candidates), await newCandidate(candidates, newId())];
      return () => changeCandidate(candidates, id, { externalId, name: 'Grace' });
    },
  },
  {
    does: 'changing a candidate who is not there',
    tells: [],
    async prepare({ candidates }) {
      return () => changeCandidate(candidates, newId(), { name: 'Grace' });
    },
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
    async prepare({ candidates }) {
      const { candidateId: id } = await startSession(candidates, { durationSeconds: 1 });
      candidates.time.advance(2);
      for (const assessment of ['b', 'c']) await createSession(candidates, 'platform', id, { assessment });
      await openSession(candidates.db, id);
      return () => deactivateCandidate(candidates, 'platform', id);
    },
  },
  {
    does: 'deactivating a candidate who is deactivated',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await newCandidate(candidates);
      await deactivateCandidate(candidates, 'platform', id);
      return () => deactivateCandidate(candidates, 'platform', id);
    },
  },
  {
    does: 'restoring a candidate',
    tells: ['candidate.restored.v1'],
    async prepare({ candidates }) {
      const { id } = await newCandidate(candidates);
      await deactivateCandidate(candidates, 'platform', id);
      return () => restoreCandidate(candidates, id);
    },
  },
  {
    does: 'restoring a candidate who is active',
    tells: [],
    async prepare({ candidates }) {
      const { id } = await newCandidate(candidates);
      return () => restoreCandidate(candidates, id);
    },
  },
];
