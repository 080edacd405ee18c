import type { Agent } from 'node:http';
import { request } from 'node:http';
import { CALLBACK } from '../support/declaration.ts';
import { PASSWORD } from '../support/relying-party.ts';
import type { Signer } from '../support/signer.ts';
import { BenchBrowser } from './browser.ts';
import { addressOf, PEOPLE } from './people.ts';
import { API, basic, CHALLENGE, ISSUER, RSA_API, VERIFIER } from './token-kit.ts';

/** One request of a connection; what it needs was prepared before. */
export type Send = () => Promise<void>;

/** A server under load, from so many connections. */
export interface Target {
  readonly base: string;
  readonly agent: Agent;
  readonly signer: Signer;
  /** What is introspected in the place of a JWT: the bare engine refuses those. */
  readonly opaque: boolean;
}

/** Prepares one connection's requests. `many`: how many it will send at most, where each of them needs something of its own. */
export type Load = (target: Target, many: number) => Promise<Send>;

type Body = Readonly<Record<string, string>>;

const ONLINE = { scope: 'openid email' };
const FOR_API = { scope: 'openid email offline_access orders:read', resource: API, prompt: 'consent' };

async function post(target: Target, path: string, client: string | undefined, form: Body): Promise<Body> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const headers = client ? { ...type, authorization: basic(client) } : type;
  return JSON.parse(await call(target, 'POST', path, headers, String(new URLSearchParams(form))));
}

/** The answer's text. Whatever is no 200 is no result. */
export function call(
  { base, agent }: Pick<Target, 'base' | 'agent'>,
  method: string,
  path: string,
  headers: Body,
  form?: string,
): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  request(base + path, { agent, method, headers }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    answer.once('end', () => {
      if (answer.statusCode === 200) resolve(text);
      else reject(new Error(`${method} ${path} answered ${answer.statusCode} ${text.slice(0, 300)}`));
    });
  })
    .once('error', reject)
    .end(form);
  return promise;
}

const authorizePath = (more: Body): string =>
  `/oauth2/authorize?${new URLSearchParams({
    client_id: 'own',
    response_type: 'code',
    redirect_uri: CALLBACK,
    state: 'a-state',
    code_challenge: CHALLENGE,
    code_challenge_method: 'S256',
    ...more,
  })}`;

let people = 0;

/** Goes where the redirects lead, and signs in where it is asked to; the code. */
async function codeFor(browser: BenchBrowser, more: Body): Promise<string> {
  let path = authorizePath(more);
  for (let hops = 0; hops < 12; hops += 1) {
    let reply = await browser.get(path);
    if (reply.text.includes('name="password"')) {
      const csrf = /name="_csrf" value="([^"]+)"/.exec(reply.text)?.[1] ?? '';
      const email = addressOf(people++ % PEOPLE);
      reply = await browser.post(path, String(new URLSearchParams({ _csrf: csrf, email, password: PASSWORD })));
    }
    const url = new URL(reply.location || 'none:', ISSUER);
    if (url.href.startsWith(CALLBACK)) return url.searchParams.get('code') ?? '';
    if (!reply.location) throw new Error(`no way on from ${path}: ${reply.status} ${reply.text.slice(0, 300)}`);
    path = url.pathname + url.search;
  }
  throw new Error(`${authorizePath(more)} leads nowhere`);
}

const exchange = (target: Target, code: string) =>
  post(target, '/oauth2/token', 'own', {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
  });

async function signedIn(target: Target): Promise<BenchBrowser> {
  const browser = new BenchBrowser(target.base, target.agent);
  await codeFor(browser, ONLINE);
  return browser;
}

const tokensFor = async (target: Target, more: Body): Promise<Body> =>
  exchange(target, await codeFor(await signedIn(target), more));

/** A refresh token of somebody who has just signed in. */
export async function refreshTokenFor(target: Target): Promise<string> {
  const { refresh_token = '' } = await tokensFor(target, FOR_API);
  return refresh_token;
}

/** The refresh token that comes for one. */
export async function refreshed(target: Target, refreshToken: string): Promise<string> {
  const form = { grant_type: 'refresh_token', refresh_token: refreshToken };
  const { refresh_token = '' } = await post(target, '/oauth2/token', 'own', form);
  return refresh_token;
}

/** A client that signs its own requests asks for a token of this API. */
const proven =
  (resource: string) =>
  async (target: Target, many: number): Promise<Send> => {
    const proofs = await Promise.all(Array.from({ length: many }, () => target.signer.assertion(ISSUER)));
    const asked = { ...CREDENTIALS, resource };
    return async () => void (await post(target, '/oauth2/token', undefined, { ...asked, ...next(proofs) }));
  };

const CREDENTIALS = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };

async function introspected(target: Target, token: string): Promise<void> {
  const answer: Record<string, unknown> = await post(target, '/oauth2/introspect', 'own', { token });
  if (answer['active'] !== true) throw new Error('the token is not active');
}

/** The scenarios, by name. */
export const LOADS: Readonly<Record<string, Load>> = {
  credentials_secret: async (target) => async () => void (await post(target, '/oauth2/token', 'service', CREDENTIALS)),
  credentials_rs256: async (target) => async () =>
    void (await post(target, '/oauth2/token', 'service', { ...CREDENTIALS, resource: RSA_API })),
  credentials_private_key: proven(API),
  credentials_private_key_rs256: proven(RSA_API),
  code_exchange: async (target, many) => {
    const browser = await signedIn(target);
    const codes: string[] = [];
    while (codes.length < many)
      codes.push(await codeFor(browser, { scope: 'openid email orders:read', resource: API }));
    return async () => void (await exchange(target, next(codes)));
  },
  refresh: async (target) => {
    let token = await refreshTokenFor(target);
    return async () => {
      token = await refreshed(target, token);
    };
  },
  introspection: async (target) => {
    const { access_token = '' } = await tokensFor(target, target.opaque ? ONLINE : FOR_API);
    return () => introspected(target, access_token);
  },
  introspection_first: async (target, many) => {
    const { resource: _api, ...opaque } = CREDENTIALS;
    const asked = target.opaque ? opaque : CREDENTIALS;
    const tokens: string[] = [];
    while (tokens.length < many) {
      const { access_token = '' } = await post(target, '/oauth2/token', 'service', asked);
      tokens.push(access_token);
    }
    return () => introspected(target, next(tokens));
  },
  userinfo: async (target) => {
    const { access_token = '' } = await tokensFor(target, ONLINE);
    return async () =>
      void (await call(target, 'GET', '/oauth2/userinfo', { authorization: `Bearer ${access_token}` }));
  },
  sso_authorization: async (target) => {
    const browser = await signedIn(target);
    return async () => {
      const { location, status } = await browser.get(authorizePath(ONLINE));
      if (!location.startsWith(CALLBACK)) throw new Error(`an authorization was answered ${status} ${location}`);
    };
  },
};

function next<T>(left: T[]): T {
  const one = left.pop();
  if (one === undefined) throw new Error('nothing left that was prepared');
  return one;
}
