import { z } from 'zod';
import { isEmail, readEmail } from '../accounts/index.ts';
import type { Candidate, CandidateMembers } from '../candidates/index.ts';
import { jsonObject } from './json-object.ts';
import { name, text } from './text.ts';

const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

const EXAMPLE = {
  external_id: 'applicant-4711',
  email: 'ada@example.com',
  name: 'Ada Lovelace',
  metadata: { cohort: '2026-autumn' },
};

const metadata = jsonObject('Whatever the platform wants to have with a candidate', EXAMPLE.metadata);

/** A candidate as the API tells of one. */
export const candidateSchema = z
  .strictObject({
    id: z.uuid(),
    external_id: z.string().nullable(),
    email: z.string().nullable(),
    name: z.string().nullable(),
    metadata,
    status: z.enum(['active', 'inactive']),
    created_at: time,
    updated_at: time,
    deactivated_at: time.nullable(),
  })
  .meta({
    id: 'Candidate',
    examples: [
      {
        id: '019aaf3c-6d00-7c3a-9b1e-5f0d2c4b8a91',
        ...EXAMPLE,
        status: 'active',
        created_at: '2026-11-26T09:00:00.000Z',
        updated_at: '2026-11-26T09:00:00.000Z',
        deactivated_at: null,
      },
    ],
  });

export function told(candidate: Candidate): z.infer<typeof candidateSchema> {
  return {
    id: candidate.id,
    external_id: candidate.externalId ?? null,
    email: candidate.email ?? null,
    name: candidate.name ?? null,
    metadata: candidate.metadata,
    status: candidate.status,
    created_at: candidate.createdAt.toISOString(),
    updated_at: candidate.updatedAt.toISOString(),
    deactivated_at: candidate.deactivatedAt?.toISOString() ?? null,
  };
}

const members = {
  external_id: name(200).nullable().exactOptional().meta({ description: 'The platform’s own id; nobody else’s, ever' }),
  email: text(254)
    .refine(isEmail, 'must be an e-mail address')
    .nullable()
    .exactOptional()
    .meta({ description: 'Where invitations are mailed to' }),
  name: name(200).nullable().exactOptional(),
  metadata: metadata.exactOptional(),
};

export const newCandidate = z.strictObject(members).meta({ id: 'NewCandidate', examples: [EXAMPLE] });

export const candidateChange = z
  .strictObject(members)
  .refine((change) => Object.keys(change).length > 0, 'must have a member')
  .meta({ id: 'CandidateChange', minProperties: 1, examples: [{ name: 'Ada King' }] });

export function membersOf({
  external_id: externalId,
  email,
  ...others
}: z.infer<typeof newCandidate>): CandidateMembers {
  // Without the spaces around it: it is written to as it is stored.
  const address = email && readEmail(email)?.address;
  return { ...others, ...(externalId !== undefined && { externalId }), ...(email !== undefined && { email: address }) };
}
