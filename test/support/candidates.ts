import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { DatabaseClock } from '../../src/kernel/database-clock.ts';
import { Api, type ApiAnswer, bearer } from './api.ts';
import { operatorToken } from './operator.ts';
import type { TestServer } from './server.ts';

/** The database's time, which goes on when it is told to. */
export class TestDatabaseClock implements DatabaseClock {
  ahead = 0;

  advance(seconds: number): void {
    this.ahead += seconds * 1000;
  }
}

type Method = Parameters<Api['call']>[0];
type Body = Readonly<Record<string, unknown>>;

/** Somebody who calls `/v1` with a token, or without an `Authorization` at all. */
export class SessionCaller {
  readonly #api: Api;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(api: Api, token?: string) {
    this.#api = api;
    this.#headers = token === undefined ? {} : bearer(token);
  }

  call(method: Method, address: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return this.#api.call(method, address, { body, headers: { ...this.#headers, ...headers } });
  }

  /** The body of an answer of this status. */
  async told(status: number, method: Method, address: string, body?: unknown): Promise<Body> {
    const answer = await this.call(method, address, body);
    assert.equal(answer.status, status, JSON.stringify(answer.body));
    return answer.body;
  }

  async candidate(members: Body = {}): Promise<string> {
    return String((await this.told(201, 'POST', '/v1/candidates', members))['id']);
  }

  /** A session of a candidate, or of a new one. */
  async session(members: Body = {}, candidateId?: string): Promise<Body & { id: string; candidate_id: string }> {
    const owner = candidateId ?? (await this.candidate());
    const body = { assessment: 'sql-basics', ...members };
    const made = await this.told(201, 'POST', `/v1/candidates/${owner}/sessions`, body);
    return made as Body & { id: string; candidate_id: string };
  }

  /** One that has been started. */
  async started(members: Body = {}, candidateId?: string) {
    const session = await this.session(members, candidateId);
    await this.told(200, 'POST', `/v1/sessions/${session.id}/transitions`, { event: 'start' });
    return session;
  }

  step(id: string, event: string, reason?: string): Promise<ApiAnswer> {
    return this.call('POST', `/v1/sessions/${id}/transitions`, { event, ...(reason && { reason }) });
  }

  read(id: string): Promise<Body> {
    return this.told(200, 'GET', `/v1/sessions/${id}`);
  }

  save(id: string, version: number | string, data: unknown): Promise<ApiAnswer> {
    const tag = typeof version === 'number' ? `"${version}"` : version;
    return this.call('PUT', `/v1/sessions/${id}/state-data`, data, { 'if-match': tag });
  }

  /** The whole of a session's trail. */
  async history(id: string): Promise<Body[]> {
    return (await this.told(200, 'GET', `/v1/sessions/${id}/history?limit=100`))['items'] as Body[];
  }
}

/** JSON of exactly so many bytes. */
export const sized = (bytes: number): string => `{"a":"${'x'.repeat(bytes - 8)}"}`;

/** JSON of as many bytes at most that is stored as more than four times as many. */
export const grown = (bytes: number): string => `{"a":[${'1e20,'.repeat(bytes / 5 - 4)}1]}`;

const apis = new WeakMap<TestServer, Api>();

/** The one that knows a server's document. */
function apiOf(server: TestServer): Api {
  const api = apis.get(server) ?? new Api(server.issuer);
  apis.set(server, api);
  return api;
}

/** Whoever shows this as a token, or none. */
export const bearing = (server: TestServer, token?: string) => new SessionCaller(apiOf(server), token);

const ALL = 'candidates:read candidates:write sessions:read sessions:write';

/** An assessment platform's service, with all four scopes or these. The server knows the clients of `operator.ts`. */
export async function platform(server: TestServer, scope = ALL): Promise<SessionCaller> {
  return new SessionCaller(apiOf(server), await operatorToken(server.issuer, scope));
}

export interface CandidateClaims {
  readonly sessionId?: string;
  /** The sign-in that it is of. */
  readonly sid?: string;
  readonly claims?: Body;
}

/** A candidate with an access token as the server signs them, by the server's own key. */
export async function asCandidate(server: TestServer, id: string, named: CandidateClaims = {}): Promise<SessionCaller> {
  return new SessionCaller(apiOf(server), await candidateToken(server, id, named));
}

export async function candidateToken(
  { issuer, gatehouse }: TestServer,
  candidateId: string,
  { sessionId, sid = randomUUID(), claims = {} }: CandidateClaims = {},
): Promise<string> {
  const key = gatehouse.keys.current().keys.find(({ alg, state }) => alg === 'ES256' && state === 'active');
  assert.ok(key);
  const now = Math.floor(Date.now() / 1000);
  const payload = {
    ...{ iss: issuer, aud: `${issuer}/v1`, sub: candidateId, client_id: 'web', scope: 'assessment', sid },
    ...{ iat: now - 2, exp: now + 900, jti: randomUUID(), candidate_id: candidateId },
    ...(sessionId && { assessment_session_id: sessionId }),
    ...claims,
  };
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const signed = `${encoded({ alg: 'ES256', typ: 'at+jwt', kid: key.kid })}.${encoded(payload)}`;
  return `${signed}.${Buffer.from(await key.sign(Buffer.from(signed))).toString('base64url')}`;
}
