import assert from 'node:assert/strict';
import { Api, type ApiAnswer, bearer } from './api.ts';
import { CALLBACK } from './declaration.ts';
import { expectInvariants } from './invariants.ts';
import { operatorDeclaration, operatorToken } from './operator.ts';
import { RelyingParty } from './relying-party.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';
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

type Tokens = Readonly<Record<'access_token' | 'id_token' | 'refresh_token', string>> & { readonly expires_in: number };

/** As much of a session as tests look at. */
export interface Sitting {
  readonly id: string;
  readonly candidate_id: string;
}

type Members = Readonly<Record<string, unknown>>;

/** An assessment platform and its candidates, on a server of `assessmentDeclaration`. */
export class Sittings {
  readonly issuer: string;
  readonly api: Api;
  readonly party: RelyingParty;
  #headers: Promise<Record<string, string>> | undefined;

  constructor({ issuer }: { readonly issuer: string }) {
    this.issuer = issuer;
    this.api = new Api(issuer);
    this.party = new RelyingParty(issuer);
  }

  /** A session of a new candidate. */
  async session(
    members: Members = {},
    who: Members = { name: 'Ada Lovelace', email: 'ada@example.com' },
  ): Promise<Sitting> {
    const candidate = await this.#made('/v1/candidates', who);
    return this.#made(`/v1/candidates/${candidate.id}/sessions`, { assessment: 'sql-basics', ...members });
  }

  async step(id: string, event: string): Promise<void> {
    const { status } = await this.call('POST', `/v1/sessions/${id}/transitions`, { event });
    assert.equal(status, 200, event);
  }

  async deactivate(candidateId: string): Promise<void> {
    assert.equal((await this.call('DELETE', `/v1/candidates/${candidateId}`)).status, 204);
  }

  /** Calls `/v1` as the platform's service. */
  async call(method: 'GET' | 'POST' | 'DELETE', address: string, body?: unknown): Promise<ApiAnswer> {
    this.#headers ??= operatorToken(this.issuer, 'candidates:write sessions:write').then(bearer);
    return this.api.call(method, address, { body, headers: await this.#headers });
  }

  async #made(address: string, body: Members): Promise<Sitting> {
    const answer = await this.call('POST', address, body);
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return answer.body as unknown as Sitting;
  }

  /** Calls `/v1` as a candidate. */
  asCandidate(access_token: string, method: 'GET' | 'POST' | 'PUT', address: string, body?: unknown, tag?: string) {
    const headers = { ...bearer(access_token), ...(tag ? { 'if-match': tag } : {}) };
    return this.api.call(method, address, { body, headers });
  }

  /** The address of a new invitation. */
  async invite(sessionId: string, body: object = {}): Promise<string> {
    const answer = await this.call('POST', `/v1/sessions/${sessionId}/invitations`, { client_id: 'assess', ...body });
    assert.equal(answer.status, 201, JSON.stringify(answer.body));
    return String(answer.body['url']);
  }

  async code(sessionId: string, body?: object): Promise<string> {
    const answer = await this.call('POST', `/v1/sessions/${sessionId}/resume-code`, body);
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
  async come(session: Sitting): Promise<UserAgent> {
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

interface SittingsServer {
  readonly server: TestServer;
  readonly sittings: Sittings;
  /** Closes the server; what it has left behind is whole. */
  close(): Promise<void>;
}

/** A server of its own for an assessment platform and its candidates. */
export async function startSittings(options: Omit<TestServerOptions, 'yaml'> = {}): Promise<SittingsServer> {
  const server = await startServer({ yaml: assessmentDeclaration, ...options });
  const close = async () => {
    await expectInvariants(server.db);
    await server.close();
  };
  return { server, sittings: new Sittings(server), close };
}
