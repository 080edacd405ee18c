import { z } from 'zod';
import { type AssessmentSession, STATES } from '../candidates/index.ts';
import { jsonObject } from './json-object.ts';

const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

const STATE_EXAMPLE = { page: 3, answers: { q1: 'b', q2: ['a', 'd'] } };

export const stateData = jsonObject('What the assessment keeps here, up to 256 KiB of JSON', STATE_EXAMPLE);

export const stateSchema = z.enum(STATES).meta({ id: 'AssessmentState' });

export const remaining = z
  .int()
  .nullable()
  .meta({ description: 'Of `duration_seconds`, or until `expires_at`, whichever is less; null where it has neither' });

/** A session as the API tells of one. */
export const sessionSchema = z
  .strictObject({
    id: z.uuid(),
    candidate_id: z.uuid(),
    assessment: z.string(),
    state: stateSchema,
    state_data: stateData,
    version: z.int().meta({ description: 'Of `state_data`: counts what was saved, from 1' }),
    devices: z.enum(['one', 'several']).meta({ description: 'On how many at once the candidate may work' }),
    duration_seconds: z.int().nullable().meta({ description: 'They run while it is in_progress' }),
    remaining_seconds: remaining,
    started_at: time.nullable(),
    expires_at: time.nullable(),
    ended_at: time.nullable(),
    created_at: time,
    updated_at: time,
  })
  .meta({
    id: 'AssessmentSession',
    examples: [
      {
        id: '019aaf3d-2b40-7d11-8c2f-7e6a5d4c3b2a',
        candidate_id: '019aaf3c-6d00-7c3a-9b1e-5f0d2c4b8a91',
        assessment: 'sql-basics',
        state: 'in_progress',
        state_data: STATE_EXAMPLE,
        version: 7,
        devices: 'one',
        duration_seconds: 3600,
        remaining_seconds: 2712,
        started_at: '2026-11-26T09:05:00.000Z',
        expires_at: null,
        ended_at: null,
        created_at: '2026-11-26T09:00:00.000Z',
        updated_at: '2026-11-26T09:19:30.000Z',
      },
    ],
  });

/** The header of whatever holds the session. */
export const withEtag = z.object({
  ETag: z.string().meta({ description: 'The version of `state_data`, for If-Match', examples: ['"7"'] }),
});

export function told(session: AssessmentSession): z.infer<typeof sessionSchema> {
  return {
    id: session.id,
    candidate_id: session.candidateId,
    assessment: session.assessment,
    state: session.state,
    state_data: session.stateData,
    version: session.version,
    devices: session.devices,
    duration_seconds: session.durationSeconds ?? null,
    remaining_seconds: session.remainingSeconds ?? null,
    started_at: session.startedAt?.toISOString() ?? null,
    expires_at: session.expiresAt?.toISOString() ?? null,
    ended_at: session.endedAt?.toISOString() ?? null,
    created_at: session.createdAt.toISOString(),
    updated_at: session.updatedAt.toISOString(),
  };
}
