import { createHash, randomBytes } from 'node:crypto';
import { SECRET } from './declaration.ts';
import { newEmail, PASSWORD } from './relying-party.ts';
import { UserAgent } from './user-agent.ts';

type Fields = Readonly<Record<string, string | undefined>>;

export interface Challenged {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An operator's own app that signs people in by forms of its own: a public client, or `own` with its secret. */
export class NativeApp {
  readonly verifier = randomBytes(32).toString('base64url');
  readonly #issuer: string;
  readonly #client: Readonly<Record<string, string>>;

  constructor(issuer: string, client_id = 'app') {
    this.#issuer = issuer;
    this.#client = client_id === 'app' ? { client_id } : { client_id, client_secret: SECRET };
  }

  get challenge(): string {
    return createHash('sha256').update(this.verifier).digest('base64url');
  }

  /** Asks for a code; a field that is undefined is left out. */
  signIn(fields: Fields = {}, headers: Readonly<Record<string, string>> = {}): Promise<Challenged> {
    const request = { scope: 'openid email', code_challenge: this.challenge, code_challenge_method: 'S256' };
    return this.post('/oauth2/challenge', { ...request, ...fields }, headers);
  }

  /** The draft's token request: no redirect_uri, for there was none. */
  exchange(code: unknown, fields: Fields = {}): Promise<Challenged> {
    const grant = { grant_type: 'authorization_code', code: String(code), code_verifier: this.verifier };
    return this.post('/oauth2/token', { ...grant, ...fields });
  }

  async post(path: string, fields: Fields, headers: Readonly<Record<string, string>> = {}): Promise<Challenged> {
    const all: Fields = { ...this.#client, ...fields };
    const present = Object.entries(all).filter((field): field is [string, string] => field[1] !== undefined);
    const answer = await fetch(this.#issuer + path, { method: 'POST', headers, body: new URLSearchParams(present) });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text.startsWith('{') ? JSON.parse(text) : { text } };
  }
}

/** Registers somebody on the pages, on the way to no application. */
export async function newUser(issuer: string, email = newEmail()): Promise<{ username: string; password: string }> {
  const agent = new UserAgent(issuer);
  await agent.submit(await agent.open('/account/register'), { name: 'Ada Lovelace', email, password: PASSWORD });
  return { username: email, password: PASSWORD };
}
