import { createHash, randomBytes } from 'node:crypto';
import { CALLBACK, SECRET } from './declaration.ts';
import { type Page, UserAgent } from './user-agent.ts';

export const PASSWORD = 'correct horse battery staple';

export interface AuthorizationRequest {
  readonly client_id: string;
  readonly [parameter: string]: string | undefined;
}

/** A relying party by hand: every parameter can be left out or bent, as an attacker would. */
export class RelyingParty {
  readonly issuer: string;
  readonly verifier = randomBytes(32).toString('base64url');

  constructor(issuer: string) {
    this.issuer = issuer;
  }

  get challenge(): string {
    return createHash('sha256').update(this.verifier).digest('base64url');
  }

  /** The address of an authorization request; a parameter that is undefined is left out. */
  authorizeUrl(request: AuthorizationRequest): string {
    const parameters = {
      response_type: 'code',
      redirect_uri: CALLBACK,
      scope: 'openid profile email',
      state: 'a-state',
      code_challenge: this.challenge,
      code_challenge_method: 'S256',
      ...request,
    };
    const present = Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return `${this.issuer}/oauth2/authorize?${new URLSearchParams(present)}`;
  }

  /** A token request; `secret` authenticates by client_secret_basic, else the client is public. */
  async token(parameters: Record<string, string>, client: { id: string; secret?: string | undefined }) {
    return this.post('/oauth2/token', parameters, client);
  }

  async exchange(
    code: string,
    client: { id: string; secret?: string | undefined },
    extra: Record<string, string> = {},
  ) {
    const parameters = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: CALLBACK,
      code_verifier: this.verifier,
      ...extra,
    };
    return this.token(parameters, client);
  }

  /** Any endpoint that takes a form and client authentication. */
  async post(
    path: string,
    parameters: Record<string, string>,
    client: { id: string; secret?: string | undefined },
    headers: Record<string, string> = {},
  ) {
    const basic = client.secret && Buffer.from(`${client.id}:${client.secret}`).toString('base64');
    const answer = await fetch(this.issuer + path, {
      method: 'POST',
      headers: { ...(basic ? { authorization: `Basic ${basic}` } : {}), ...headers },
      body: new URLSearchParams(basic ? parameters : { client_id: client.id, ...parameters }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : {} };
  }
}

/** The secret of a client of `declaration.ts`, where it has one. */
export const secretOf = (id: string): string | undefined => (['web', 'other', 'app'].includes(id) ? undefined : SECRET);

let people = 0;

/** An address nobody has used in this test run. */
export function newEmail(): string {
  people += 1;
  return `person-${process.pid}-${people}@example.com`;
}

/** Registers at the sign-in that `page` shows, and goes on with it. */
export async function registerAt(agent: UserAgent, page: Page, email = newEmail()): Promise<Page> {
  const link = /href="(\/account\/register[^"]*)"/.exec(page.text)?.[1]?.replaceAll('&amp;', '&');
  if (!link) throw new Error(`no link to register on ${page.url}:\n${page.text}`);
  return agent.submit(await agent.open(link), { name: 'Ada Lovelace', email, password: PASSWORD });
}

/** Says yes on the consent page; any other page is returned as it is. */
export async function consentAt(agent: UserAgent, page: Page): Promise<Page> {
  return page.text.includes('name="decision"') ? agent.submit(page, { decision: 'allow' }) : page;
}

/** The whole way: a new person registers, consents, and comes back with a code. */
export async function obtainCode(
  party: RelyingParty,
  request: AuthorizationRequest,
  agent = new UserAgent(party.issuer),
) {
  const page = await agent.open(party.authorizeUrl(request));
  const signedIn = page.text.includes('/account/register') ? await registerAt(agent, page) : page;
  const back = await consentAt(agent, signedIn);
  const answer = URL.parse(back.location ?? '')?.searchParams;
  const code = answer?.get('code');
  if (!code) throw new Error(`no code came back: ${back.status} ${back.location}\n${back.text}`);
  return { code, agent, answer };
}

/** The whole way to tokens. */
export async function obtainTokens(party: RelyingParty, request: AuthorizationRequest, agent?: UserAgent) {
  const { code, agent: used } = await obtainCode(party, request, agent);
  const client = { id: request.client_id, secret: secretOf(request.client_id) };
  const { status, body } = await party.exchange(code, client);
  if (status !== 200) throw new Error(`no tokens came back: ${status} ${JSON.stringify(body)}`);
  return { tokens: body as Record<string, string>, agent: used, code, client };
}
