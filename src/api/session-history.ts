import { z } from 'zod';
import { readHistory, type TrailEntry } from '../candidates/index.ts';
import { withScope } from './bearer.ts';
import { cursorsOf, INVALID_CURSOR } from './cursor.ts';
import { required } from './found.ts';
import { pageSchema, paging } from './page.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { stateSchema } from './session.ts';
import { ofSession } from './sessions.ts';

const PATH = '/v1/sessions/{id}/history';

const entrySchema = z
  .strictObject({
    seq: z.int().meta({ description: 'Counts from 1 without a gap: an entry that is missing shows' }),
    event: z.enum(['create', 'start', 'save', 'pause', 'resume', 'submit', 'terminate', 'expire']),
    state: stateSchema.meta({ description: 'After it' }),
    version: z.int().meta({ description: 'Of `state_data`, after it' }),
    state_size: z.int().meta({ description: 'Bytes of `state_data`' }),
    state_hash: z.string().meta({ description: 'SHA-256 of `state_data` as JSON without spaces, in hexadecimal' }),
    actor: z.strictObject({
      kind: z.enum(['service', 'candidate', 'clock']),
      id: z.string().nullable().meta({ description: 'The client’s, or the candidate’s' }),
    }),
    client_id: z.string().nullable().meta({ description: 'The client that it came by' }),
    reason: z.string().nullable(),
    at: z.iso.datetime(),
  })
  .meta({
    id: 'AssessmentHistoryEntry',
    examples: [
      {
        seq: 9,
        event: 'save',
        state: 'in_progress',
        version: 7,
        state_size: 48,
        state_hash: '6d7d5ea9d2cd2b0e8bb0a0f6b1c0f5a4f2f4d9a67a2b1a6a3d6c1e0b7c5d4e3f',
        actor: { kind: 'candidate', id: '019aaf3c-6d00-7c3a-9b1e-5f0d2c4b8a91' },
        client_id: 'assessments',
        reason: null,
        at: '2026-11-26T09:19:30.000Z',
      },
    ],
  });

/** `/v1/sessions/{id}/history`: what became of a session, as it was written down with each change. */
export function sessionHistoryRoutes(parts: ApiParts): Route[] {
  const cursors = cursorsOf(PATH, parts.masterKeys);
  return [
    route({
      method: 'get',
      path: PATH,
      group: 'Assessment sessions',
      summary: 'What became of a session',
      description: 'Every transition and every save, oldest first. It is only ever added to.',
      access: withScope(parts, 'sessions:read'),
      params: ofSession,
      query: z.strictObject(paging),
      answer: { status: 200, description: 'A page of it', schema: pageSchema(entrySchema) },
      problems: [INVALID_CURSOR],
      async handle({ params, query: { limit, cursor } }) {
        const position = cursors.open(cursor, params);
        const after = position === undefined ? undefined : Number(position);
        const page = required(await readHistory(parts.candidates, params.id, { after, limit }));
        const next = page.next === undefined ? undefined : String(page.next);
        return { items: page.entries.map(told), next_cursor: cursors.seal(next, params) };
      },
    }),
  ];
}

function told(entry: TrailEntry): z.infer<typeof entrySchema> {
  const { seq, event, state, version, actor } = entry;
  return {
    ...{ seq, event, state, version },
    state_size: entry.stateSize,
    state_hash: entry.stateHash.toString('hex'),
    actor: { kind: actor.kind, id: actor.id ?? null },
    client_id: entry.clientId ?? null,
    reason: entry.reason ?? null,
    at: entry.at.toISOString(),
  };
}
