import assert from 'node:assert/strict';
import {
  type AssessmentSession,
  type CandidateMembers,
  type CandidateParts,
  createCandidate,
  createSession,
  type TransitionEvent,
  transition,
} from '../../src/candidates/index.ts';
import { Api, type ApiAnswer, bearer } from './api.ts';
import { CALLBACK } from './declaration.ts';
import { operatorDeclaration, operatorToken } from './operator.ts';
import { RelyingParty } from './relying-party.ts';
import type { TestServer } from './server.ts';
import { UserAgent } from './user-agent.ts';

export const LOGIN = 'https://app.example/login';

/** The clients of `operator.ts`, and an assessment platform's: its own two applications, and somebody else's. */
export const assessmentDeclaration = operatorDeclaration.replace(
  'resources:',
  `  - client_id: assess
    client_name: Acme Assess
    redirect_uris: [${CALLBACK}]
    initiate_login_uri: ${LOGIN}
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid profile email offline_access assessment orders:read
    first_party: true
  - client_id: editor
    redirect_uris: [${CALLBACK}]
    initiate_login_uri: ${LOGIN}
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid assessment
    first_party: true
  - client_id: foreign
    client_name: Foreign Proctor
    redirect_uris: [${CALLBACK}]
    token_endpoint_auth_method: none
    scope: openid email assessment
resources:`,
);

/** The database's time, which goes on when it is told to. */
export class MovedTime {
  ahead = 0;

  advance(seconds: number): void {
    this.ahead += seconds * 1000;
  }
}

type Tokens = Readonly<Record<'access_token' | 'id_token' | 'refresh_token', string>> & { readonly expires_in: number };

/** An assessment platform and its candidates, on a server of `assessmentDeclaration`. */
export class Sittings {
  readonly issuer: string;
  readonly api: Api;
  readonly party: RelyingParty;
  readonly parts: CandidateParts;

  constructor({ issuer, db }: TestServer, time = new MovedTime()) {
    this.issuer = issuer;
    this.api = new Api(issuer);
    this.party = new RelyingParty(issuer);
    // What ends sign-ins goes by the API.
    this.parts = { db, time, endSessions: () => assert.fail() };
  }

  /** A session of a new candidate. */
  async session(
    members: Partial<Parameters<typeof createSession>[3]> = {},
    who: Partial<CandidateMembers> = { name: 'Ada Lovelace', email: 'ada@example.com' },
  ): Promise<AssessmentSession> {
    const none = { externalId: undefined, email: undefined, name: undefined, metadata: {} };
    const candidate = await createCandidate(this.parts, { ...none, ...who });
    assert.ok(candidate);
    const made = await createSession(this.parts, 'operator', candidate.id, { assessment: 'sql-basics', ...members });
    assert.ok('id' in made && 'candidateId' in made, JSON.stringify(made));
    return made;
  }

  async step(id: string, event: TransitionEvent): Promise<void> {
    const made = await transition(this.parts, { kind: 'service', clientId: 'operator' }, id, { event });
    assert.ok(!('refused' in made), JSON.stringify(made));
  }

  async deactivate(candidateId: string): Promise<void> {
    const headers = bearer(await operatorToken(this.issuer, 'candidates:write'));
    assert.equal((await this.api.call('DELETE', `/v1/candidates/${candidateId}`, { headers })).status, 204);
  }

  async post(address: string, body?: unknown): Promise<ApiAnswer> {
    const headers = bearer(await operatorToken(this.issuer, 'sessions:write'));
    return this.api.call('POST', address, { body, headers });
  }

  /** Calls `/v1` as a candidate. */
  asCandidate(access_token: string, method: 'GET' | 'POST' | 'PUT', address: string, body?: unknown, tag?: string) {
    const headers = { ...bearer(access_token), ...(tag ? { 'if-match': tag } : {}) };
    return this.api.call(method, address, { body, headers });
  }

  /** The address of a new invitation. */
  async invite(sessionId: string, body: object = {}): Promise<string> {
    const answer = await this.post(`/v1/sessions/${sessionId}/invitations`, { client_id: 'assess', ...body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return String(answer.body['url']);
  }

  async code(sessionId: string, body?: object): Promise<string> {
    const answer = await this.post(`/v1/sessions/${sessionId}/resume-code`, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return String(answer.body['code']);
  }

  /** Opens a link and presses; the browser is on its way to the application then. */
  async arrive(link: string, agent = new UserAgent(this.issuer)): Promise<UserAgent> {
    const there = await agent.submit(await agent.open(link), {});
    assert.equal(there.status, 303, there.text);
    assert.ok(there.location?.startsWith(`${LOGIN}?`), there.location);
    return agent;
  }

  /** A candidate who has come to a session by an invitation. */
  async come(session: AssessmentSession): Promise<UserAgent> {
    return this.arrive(await this.invite(session.id));
  }

  authorizeUrl(request: Readonly<Record<string, string | undefined>> = {}): string {
    return this.party.authorizeUrl({ client_id: 'assess', scope: 'openid assessment', ...request });
  }

  /** Signs in at an application without a page, and gets its tokens. */
  async tokens(agent: UserAgent, request: Readonly<Record<string, string | undefined>> = {}): Promise<Tokens> {
    const { status, body } = await this.exchange(agent, request);
    assert.equal(status, 200, JSON.stringify(body));
    return body as Tokens;
  }

  async exchange(agent: UserAgent, request: Readonly<Record<string, string | undefined>> = {}) {
    const back = await agent.get(this.authorizeUrl(request));
    const code = URL.parse(back.location ?? '')?.searchParams.get('code');
    assert.ok(code, `no code: ${back.status} ${back.location} ${back.text}`);
    return this.party.exchange(code, { id: request['client_id'] ?? 'assess' });
  }

  /** Tokens for Gatehouse's own API. */
  apiTokens(agent: UserAgent, request: Readonly<Record<string, string>> = {}): Promise<Tokens> {
    return this.tokens(agent, { resource: `${this.issuer}/v1`, ...request });
  }

  refresh(refresh_token: string, client = 'assess') {
    return this.party.token({ grant_type: 'refresh_token', refresh_token }, { id: client });
  }

  userInfo(token: string): Promise<Response> {
    return fetch(`${this.issuer}/oauth2/userinfo`, { headers: bearer(token) });
  }
}

/** What a JWT says, unverified. */
export function claimsIn(jwt: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString('utf8'));
}
