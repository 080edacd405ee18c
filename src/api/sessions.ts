import { z } from 'zod';
import {
  EVENTS,
  readSession,
  type SaveRefusal,
  STATE_MAX,
  saveState,
  type TransitionRefusal,
  transition,
} from '../candidates/index.ts';
import { NOT_FOUND, Problem, type ProblemMembers, TOO_LARGE } from '../kernel/problem.ts';
import { answered } from './candidate-sessions.ts';
import { required } from './found.ts';
import { etagOf, INVALID_IF_MATCH, PRECONDITION_REQUIRED, versionsOf } from './if-match.ts';
import type { ApiParts } from './parts.ts';
import { type Route, route } from './route.ts';
import { remaining, sessionSchema, stateData, stateSchema, told, withEtag } from './session.ts';
import { serviceOrCandidate } from './session-caller.ts';
import { text } from './text.ts';

const PATH = '/v1/sessions/{id}';

const STALE_VERSION = {
  status: 412,
  code: 'stale_version',
  title: 'Stale version',
  detail: 'Another has saved since: version, and ETag, say what there is now. Nothing was saved.',
  members: { version: 8 },
} satisfies ProblemMembers;

const NOT_WRITABLE = {
  status: 409,
  code: 'not_writable',
  title: 'Not writable now',
  detail: 'Only a session that is in_progress can be saved: state says how it is. Nothing was saved.',
  members: { state: 'paused' },
} satisfies ProblemMembers;

const TAKEN_OVER = {
  status: 409,
  code: 'taken_over',
  title: 'Taken over',
  detail: 'The candidate goes on with this session on another device. Nothing was changed.',
} satisfies ProblemMembers;

const TRANSITION_NOT_ALLOWED = {
  status: 409,
  code: 'transition_not_allowed',
  title: 'Transition not allowed',
  detail: 'Not in this state: allowed says what may happen now.',
  members: { state: 'submitted', allowed: ['resume', 'submit', 'terminate'] },
} satisfies ProblemMembers;

const SERVICE_REQUIRED = {
  status: 403,
  code: 'service_required',
  title: 'For services',
  detail: 'A candidate may start, pause, resume and submit.',
} satisfies ProblemMembers;

/** Of every route that is about one session. */
export const ofSession = z.object({ id: z.uuid().meta({ description: 'The session’s id' }) });

/** `/v1/sessions/{id}`: one assessment session, for services and for the candidate who sits it. */
export function sessionRoutes(parts: ApiParts): Route[] {
  return [show, save, transitions].map((routeOf) => routeOf(parts));
}

function show(parts: ApiParts): Route {
  return route({
    method: 'get',
    path: PATH,
    group: 'Assessment sessions',
    summary: 'One session',
    access: serviceOrCandidate(parts, 'sessions:read'),
    params: ofSession,
    answer: { status: 200, description: 'As it is now', schema: sessionSchema, headers: withEtag },
    async handle({ ctx, caller, params }) {
      return answered(ctx, told(required(await readSession(parts.candidates, caller, params.id))));
    },
  });
}

const savedSchema = z
  .strictObject({
    version: z.int(),
    state: stateSchema,
    remaining_seconds: remaining,
    updated_at: z.iso.datetime(),
  })
  .meta({
    id: 'SavedState',
    examples: [{ version: 8, state: 'in_progress', remaining_seconds: 2682, updated_at: '2026-11-26T09:20:00.000Z' }],
  });

function save(parts: ApiParts): Route {
  return route({
    method: 'put',
    path: `${PATH}/state-data`,
    group: 'Assessment sessions',
    summary: 'Save what the assessment keeps',
    description:
      'The body is `state_data` itself. What is stored already is no new version, whatever `If-Match` says: so a save can be repeated whose answer was lost, and a heartbeat costs nothing.',
    access: serviceOrCandidate(parts, 'sessions:write'),
    params: ofSession,
    headers: z.object({
      'If-Match': z.string().meta({
        description: 'The ETag of the version that was changed. A weak one matches none, and `*` names none.',
        examples: ['"7"'],
      }),
    }),
    body: stateData,
    bodyLimit: STATE_MAX,
    answer: { status: 200, description: 'It is stored', schema: savedSchema, headers: withEtag },
    problems: [PRECONDITION_REQUIRED, INVALID_IF_MATCH, STALE_VERSION, NOT_WRITABLE, TAKEN_OVER],
    async handle({ ctx, caller, params, body }) {
      const saved = await saveState(parts.candidates, caller, params.id, { versions: versionsOf(ctx), data: body });
      if ('refused' in saved) throw notSaved(saved);
      const { version, state, remainingSeconds, updatedAt } = saved;
      const left = { remaining_seconds: remainingSeconds ?? null, updated_at: updatedAt.toISOString() };
      return answered(ctx, { version, state, ...left });
    },
  });
}

function notSaved(refused: SaveRefusal): Problem {
  switch (refused.refused) {
    case 'not_found':
      return new Problem(NOT_FOUND);
    case 'too_long':
      return new Problem(TOO_LARGE);
    case 'taken_over':
      return new Problem(TAKEN_OVER);
    case 'not_writable':
      return new Problem({ ...NOT_WRITABLE, members: { state: refused.state } });
    case 'stale': {
      const { version } = refused;
      return new Problem({ ...STALE_VERSION, members: { version }, headers: { ETag: etagOf(version) } });
    }
  }
}

const step = z
  .strictObject({
    event: z.enum(EVENTS),
    reason: text(500).exactOptional().meta({ description: 'For the trail' }),
  })
  .meta({ id: 'Transition', examples: [{ event: 'start' }, { event: 'terminate', reason: 'proctor saw a phone' }] });

function transitions(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: `${PATH}/transitions`,
    group: 'Assessment sessions',
    summary: 'Start, pause, resume, submit or terminate',
    description: 'To start what is in_progress changes nothing. A candidate’s token may do all but terminate.',
    access: serviceOrCandidate(parts, 'sessions:write'),
    params: ofSession,
    body: step,
    answer: { status: 200, description: 'As it is now', schema: sessionSchema, headers: withEtag },
    problems: [TRANSITION_NOT_ALLOWED, TAKEN_OVER, SERVICE_REQUIRED],
    async handle({ ctx, caller, params, body }) {
      const session = await transition(parts.candidates, caller, params.id, body);
      if ('refused' in session) throw notDone(session);
      return answered(ctx, told(session));
    },
  });
}

function notDone(refused: TransitionRefusal): Problem {
  switch (refused.refused) {
    case 'not_found':
      return new Problem(NOT_FOUND);
    case 'taken_over':
      return new Problem(TAKEN_OVER);
    case 'not_yours':
      return new Problem(SERVICE_REQUIRED);
    case 'not_allowed': {
      const { state, allowed } = refused;
      return new Problem({ ...TRANSITION_NOT_ALLOWED, members: { state, allowed } });
    }
  }
}
