import { z } from 'zod';
import type { ClientMetadata } from '../clients/index.ts';
import { ASSESSMENT_SCOPE } from '../config/index.ts';
import { LOCALES } from '../i18n/index.ts';
import {
  type CodeProblem,
  INVITATION_LIFE,
  type InviteProblem,
  invite,
  makeResumeCode,
  RESUME_CODE_LIFE,
} from '../invitations/index.ts';
import { NOT_FOUND, Problem, type ProblemDetail, type ProblemMembers } from '../kernel/problem.ts';
import { withScope } from './bearer.ts';
import type { ApiParts } from './parts.ts';
import { INVALID_BODY } from './problems.ts';
import { type Route, route } from './route.ts';

const SESSION_OVER = {
  status: 409,
  code: 'session_over',
  title: 'The session is over',
  detail: 'It was submitted, has expired or was terminated: nobody comes in to it any more.',
} satisfies ProblemMembers;

const CANDIDATE_INACTIVE = {
  status: 409,
  code: 'candidate_inactive',
  title: 'The candidate is inactive',
  detail: 'Restore the candidate, and make a session anew.',
} satisfies ProblemMembers;

const ofSession = z.object({ id: z.uuid().meta({ description: 'The session’s id' }) });
const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC; with the session at the latest' });
const clientId = z.string().meta({
  description: 'The application it leads to: one with initiate_login_uri that may ask for the scope assessment',
  examples: ['assess'],
});

const LINK = 'https://id.example.com/candidate/enter?token=Zq3J0vZk9mYp4R7t2wXc8bN1sLh5fDg6aQeUiOoTyMk';
const CODE = 'K7MW-92QF';

const link = z.url().meta({ description: 'Whoever has it comes in as the candidate' });

const lifetime = ({ usual, least, most }: { usual: number; least: number; most: number }) =>
  z.int().min(least).max(most).default(usual).meta({ description: 'Seconds that it works' });

/** `/v1/sessions/{id}/invitations` and `/v1/sessions/{id}/resume-code`: how a candidate comes in, and comes back. */
export function invitationRoutes(parts: ApiParts): Route[] {
  return [invitation, resumeCode].map((routeOf) => routeOf(parts));
}

const invitationBody = z
  .strictObject({
    client_id: clientId,
    expires_in: lifetime(INVITATION_LIFE),
    send: z.boolean().default(false).meta({ description: 'Mail it to the candidate as well' }),
    locale: z.enum(LOCALES).default('en').meta({ description: 'The language of that mail' }),
  })
  .meta({ id: 'NewInvitation', examples: [{ client_id: 'assess', send: true, locale: 'sv' }] });

function invitation(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: '/v1/sessions/{id}/invitations',
    group: 'Assessment sessions',
    summary: 'Invite the candidate to a session',
    description:
      'A link that works once. Opening it uses nothing up: the page asks for a press. Links that were made before stay good.',
    access: withScope(parts, 'sessions:write'),
    params: ofSession,
    body: invitationBody,
    answer: {
      status: 201,
      description: 'Whoever has it comes in as the candidate',
      schema: z
        .strictObject({ url: link, expires_at: time })
        .meta({ id: 'Invitation', examples: [{ url: LINK, expires_at: '2026-12-03T09:00:00.000Z' }] }),
    },
    problems: [SESSION_OVER, CANDIDATE_INACTIVE],
    async handle({ params, body }) {
      const app = nameOf(await requireClient(parts, body.client_id));
      const request = { clientId: body.client_id, app, lifetime: body.expires_in };
      const made = await invite(parts.invitations, params.id, {
        ...request,
        mail: body.send ? body.locale : undefined,
      });
      if ('problem' in made) throw problemOf(made.problem);
      return { url: made.url, expires_at: made.expiresAt.toISOString() };
    },
  });
}

const codeBody = z
  .strictObject({
    client_id: clientId.exactOptional().meta({ description: 'That of the last invitation, where none is named' }),
    expires_in: lifetime(RESUME_CODE_LIFE),
  })
  .meta({ id: 'NewResumeCode', examples: [{}, { expires_in: 600 }] });

function resumeCode(parts: ApiParts): Route {
  return route({
    method: 'post',
    path: '/v1/sessions/{id}/resume-code',
    group: 'Assessment sessions',
    summary: 'Make a code to come back with on another device',
    description: 'The candidate types it at /candidate/resume. It works once; a newer one ends it.',
    access: withScope(parts, 'sessions:write'),
    params: ofSession,
    body: codeBody,
    bodyless: {},
    answer: {
      status: 201,
      description: 'Eight letters and digits, in two groups',
      schema: z
        .strictObject({ code: z.string(), expires_at: time })
        .meta({ id: 'ResumeCode', examples: [{ code: CODE, expires_at: '2026-11-26T10:20:00.000Z' }] }),
    },
    problems: [SESSION_OVER, CANDIDATE_INACTIVE],
    async handle({ params, body }) {
      if (body.client_id !== undefined) await requireClient(parts, body.client_id);
      const request = { clientId: body.client_id, lifetime: body.expires_in };
      const made = await makeResumeCode(parts.invitations, params.id, request);
      if ('problem' in made) throw problemOf(made.problem);
      return { code: made.code, expires_at: made.expiresAt.toISOString() };
    },
  });
}

/** @throws Problem 422 for a client that no candidate could be sent to. */
async function requireClient({ clients }: ApiParts, id: string): Promise<ClientMetadata> {
  const client = await clients.find(id);
  const message = client ? clientProblem(client) : 'is no client';
  if (client && !message) return client;
  throw new Problem({ ...INVALID_BODY, errors: [{ path: 'client_id', message: message ?? '' }] });
}

function clientProblem({ initiate_login_uri, scope, subject_type }: ClientMetadata): string | undefined {
  if (typeof initiate_login_uri !== 'string') return 'has no initiate_login_uri to send the candidate to';
  if (subject_type === 'pairwise') return 'has pairwise subjects: a candidate is known to the API by their id';
  const mayAsk = typeof scope !== 'string' || scope.split(' ').includes(ASSESSMENT_SCOPE);
  return mayAsk ? undefined : `may not ask for the scope ${ASSESSMENT_SCOPE}: register it`;
}

const nameOf = ({ client_id, client_name }: ClientMetadata): string => String(client_name ?? client_id);

function problemOf(problem: InviteProblem | CodeProblem): Problem {
  const faulty = (errors: ProblemDetail[]) => new Problem({ ...INVALID_BODY, errors });
  switch (problem) {
    case 'no_session':
      return new Problem(NOT_FOUND);
    case 'session_over':
      return new Problem(SESSION_OVER);
    case 'candidate_inactive':
      return new Problem(CANDIDATE_INACTIVE);
    case 'no_address':
      return faulty([{ path: 'send', message: 'needs an e-mail address of the candidate' }]);
    case 'no_client':
      return faulty([{ path: 'client_id', message: 'is required: nobody was invited to this session yet' }]);
  }
}
