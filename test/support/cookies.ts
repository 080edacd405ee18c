import { createHmac } from 'node:crypto';
import { buildCookieKeys } from '../../src/build-serving.ts';
import type { Config } from '../../src/config/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import type { UserAgent } from './user-agent.ts';

export interface StoredCookie {
  readonly key: string;
  readonly value: string;
  readonly path: string;
}

/** Every cookie a browser keeps, whatever path it is for. */
export async function allCookies(agent: UserAgent): Promise<StoredCookie[]> {
  const { cookies = [] } = (await agent.jar.serialize()) ?? {};
  return cookies.map(({ key, value, path }) => ({ key: String(key), value: String(value), path: String(path) }));
}

/** The one of that name; throws when the browser has none. */
export async function cookieOf(agent: UserAgent, name: string): Promise<StoredCookie> {
  const found = (await allCookies(agent)).find(({ key }) => key === name);
  if (!found) throw new Error(`there is no cookie ${name}`);
  return found;
}

/** Puts a cookie into a browser, as somebody with its developer tools or a sibling subdomain could. */
export async function plantCookie(agent: UserAgent, issuer: string, { key, value, path }: StoredCookie): Promise<void> {
  await agent.jar.setCookie(`${key}=${value}; Path=${path}`, issuer);
}

/** What a server signs cookies with now, the newest first. */
export const cookieKeysOf = (config: Config): readonly string[] => buildCookieKeys(config, systemClock).accepted();

/** What a cookie's signature is for somebody who knows the server's key. */
export function signatureOf(key: string, name: string, value: string): string {
  return createHmac('sha256', key).update(`${name}=${value}`).digest('base64url');
}
