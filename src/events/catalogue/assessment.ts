import { z } from 'zod';
import { describe } from './describe.ts';
import { A_CANDIDATE, AN_ASSESSMENT_SESSION } from './members.ts';

const candidate = z.strictObject({ candidate_id: z.guid() });

const session = z.strictObject({
  session_id: z.guid(),
  candidate_id: z.guid(),
  assessment: z.string().meta({ description: 'Which assessment, by the name it was created with' }),
  state: z.enum(['created', 'in_progress', 'paused', 'submitted', 'expired', 'terminated']).meta({
    description: 'The state it is in from now on',
  }),
});

const ofCandidate = (summary: string, usedBy: string) =>
  describe({ summary, subject: 'candidate', data: candidate, example: { candidate_id: A_CANDIDATE }, usedBy });

const ofSession = (summary: string, state: z.input<typeof session>['state'], usedBy: string) =>
  describe({
    summary,
    subject: 'assessment session',
    data: session,
    example: { session_id: AN_ASSESSMENT_SESSION, candidate_id: A_CANDIDATE, assessment: 'numeracy-2', state },
    usedBy,
  });

/** Candidates and their assessment sessions: ids and states, never what was answered. */
export const assessmentEvents = {
  'candidate.created.v1': ofCandidate('A candidate was created.', 'An applicant tracking system.'),
  'candidate.updated.v1': describe({
    summary: 'A candidate was changed.',
    subject: 'candidate',
    data: candidate.extend({
      changed: z.array(z.enum(['external_id', 'email', 'name', 'metadata'])).meta({ description: 'What, not to what' }),
    }),
    example: { candidate_id: A_CANDIDATE, changed: ['name'] },
    usedBy: 'Whoever keeps a copy, to read the candidate anew.',
  }),
  'candidate.deactivated.v1': ofCandidate(
    'A candidate was deactivated: live sessions have ended, tokens no longer work.',
    'Delivery, to turn them away.',
  ),
  'candidate.restored.v1': ofCandidate('A deactivated candidate is active again.', 'Delivery, to let them in again.'),
  'assessment.session.created.v1': ofSession(
    'An assessment session was created.',
    'created',
    'Delivery, to prepare it.',
  ),
  'assessment.session.started.v1': ofSession('A candidate has begun.', 'in_progress', 'Delivery and proctoring.'),
  'assessment.session.paused.v1': ofSession('The clock stands still.', 'paused', 'Proctoring.'),
  'assessment.session.resumed.v1': ofSession('The clock runs again.', 'in_progress', 'Proctoring.'),
  'assessment.session.submitted.v1': ofSession('A candidate has handed in.', 'submitted', 'Scoring, to begin.'),
  'assessment.session.expired.v1': ofSession('The time was over.', 'expired', 'Scoring, for what there is.'),
  'assessment.session.terminated.v1': ofSession('A session was ended by somebody else.', 'terminated', 'Integrity.'),
};
