import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from './ports.ts';

/** What the page needs of the declarative file; `address` is where it is served. */
export const assessmentClient = (address: string) => `
clients:
  - client_id: assessment
    client_name: Acme Assess
    redirect_uris: [${address}/callback]
    initiate_login_uri: ${address}/login
    grant_types: [authorization_code]
    token_endpoint_auth_method: none
    scope: openid profile assessment
    first_party: true
  - client_id: platform
    client_secret: the-secret-of-the-platform-for-testing
    grant_types: [client_credentials]
    scope: candidates:write sessions:read sessions:write
`;

/** What a browser is signed in with; it is known by a cookie that goes when the browser goes. */
interface Visit {
  readonly token: string;
  readonly session: string;
}

interface Session {
  readonly state: string;
  readonly version: number;
  readonly remaining_seconds: number;
  readonly state_data: Readonly<Record<string, string>>;
}

/**
 * A small page that somebody takes an assessment on: a relying party of its own, as an assessment platform would write one.
 * It keeps no answers: all that it knows comes from `/v1/sessions`, by the candidate's own token.
 */
export class AssessmentPage {
  readonly address: string;
  issuer = '';
  readonly #visits = new Map<string, Visit>();
  readonly #asked = new Map<string, string>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch((error: unknown) => send(response, 500, `<h1>Broken</h1><p>${error}</p>`));
  });

  private constructor(port: number) {
    this.address = `http://localhost:${port}`;
  }

  static async start(): Promise<AssessmentPage> {
    const port = await freePort();
    const page = new AssessmentPage(port);
    await new Promise<void>((resolve) => page.#server.listen(port, '127.0.0.1', resolve));
    return page;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '', this.address);
    const visit = this.#visits.get(/(?:^|; )visit=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
    if (url.pathname === '/callback') return this.#signedIn(url, response);
    if (url.pathname === '/login' || !visit) return this.#signIn(response);
    if (url.pathname !== '/') return send(response, 404, '<h1>Nothing here</h1>');
    if (request.method !== 'POST') return this.#show(visit, response);
    const form = new URLSearchParams((await request.setEncoding('utf8').toArray()).join(''));
    const refused = await this.#act(visit, form);
    return refused ? send(response, 409, `<h1>${refused}</h1>`) : redirect(response, '/');
  }

  /** Third-party initiated login (OIDC Core 4): whoever it says is coming, this asks the issuer. */
  #signIn(response: ServerResponse): void {
    const [state, verifier] = [randomBytes(16).toString('base64url'), randomBytes(32).toString('base64url')];
    this.#asked.set(state, verifier);
    const query = new URLSearchParams({
      client_id: 'assessment',
      response_type: 'code',
      redirect_uri: `${this.address}/callback`,
      scope: 'openid assessment',
      resource: `${this.issuer}/v1`,
      state,
      code_challenge: createHash('sha256').update(verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    redirect(response, `${this.issuer}/oauth2/authorize?${query}`);
  }

  async #signedIn({ searchParams }: URL, response: ServerResponse): Promise<void> {
    const verifier = this.#asked.get(searchParams.get('state') ?? '');
    if (!verifier) return send(response, 400, '<h1>Not asked for</h1>');
    const answer = await fetch(`${this.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: 'assessment',
        grant_type: 'authorization_code',
        code: searchParams.get('code') ?? '',
        redirect_uri: `${this.address}/callback`,
        code_verifier: verifier,
      }),
    });
    const { access_token: token, id_token } = (await answer.json()) as Record<string, string>;
    const claims = JSON.parse(Buffer.from(id_token?.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const id = randomBytes(16).toString('base64url');
    this.#visits.set(id, { token: token ?? '', session: claims.assessment_session_id });
    response.setHeader('Set-Cookie', `visit=${id}; HttpOnly; SameSite=Lax; Path=/`);
    redirect(response, '/');
  }

  /** What somebody pressed; what to tell them where it could not be done. */
  async #act(visit: Visit, form: URLSearchParams): Promise<string | undefined> {
    const { version, ...fields } = Object.fromEntries(form);
    const { press = '', ...answers } = fields;
    const answer =
      press === 'save'
        ? await this.#call(visit, 'PUT', '/state-data', answers, { 'if-match': `"${version}"` })
        : await this.#call(visit, 'POST', '/transitions', { event: press });
    if (answer.ok) return undefined;
    const { code } = (await answer.json()) as { code: string };
    return code === 'taken_over' ? 'You’re working on another device' : `That was refused: ${code}`;
  }

  async #show(visit: Visit, response: ServerResponse): Promise<void> {
    const answer = await this.#call(visit, 'GET', '');
    if (!answer.ok) return this.#signIn(response);
    const { state, version, remaining_seconds, state_data } = (await answer.json()) as Session;
    const button = (press: string, name: string) => `<button name="press" value="${press}">${name}</button>`;
    const question = (name: string) =>
      `<label>${name} <input name="${name}" value="${state_data[name] ?? ''}" autocomplete="off"></label>`;
    const parts: Record<string, string> = {
      created: button('start', 'Start'),
      in_progress: `${question('First')}${question('Second')}${button('save', 'Save')}${button('pause', 'Take a break')}${button('submit', 'Hand in')}`,
      paused: `<p>${state_data['First']}, ${state_data['Second']}</p>${button('resume', 'Go on')}`,
      submitted: `<p>${state_data['First']}, ${state_data['Second']}</p>`,
    };
    const form = `<form method="post" action="/"><input type="hidden" name="version" value="${version}">${parts[state] ?? ''}</form>`;
    send(response, 200, `<h1>${state}</h1><p><output>${remaining_seconds}</output> seconds left</p>${form}`);
  }

  #call({ token, session }: Visit, method: string, path: string, body?: object, headers: Record<string, string> = {}) {
    return fetch(`${this.issuer}/v1/sessions/${session}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
}

function redirect(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to }).end();
}

function send(response: ServerResponse, status: number, html: string): void {
  const head = '<!doctype html><html lang="en"><title>Acme Assess</title>';
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(head + html);
}
