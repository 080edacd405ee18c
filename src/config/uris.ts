import { z } from 'zod';

const LOOPBACKS = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);
const FORBIDDEN_SCHEMES = new Set(['javascript:', 'vbscript:', 'data:', 'blob:', 'file:', 'about:']);

/** Whether a host is this machine, seen from itself. */
export const isLoopback = (host: string): boolean => LOOPBACKS.has(host);

/** An absolute URI, of no white space or control characters, which URL would quietly mend. */
export function isAbsoluteUri(value: string): boolean {
  return /^[\x21-\x7e]+$/.test(value) && URL.canParse(value);
}

/** http or https, as the engine wants it of every link. */
export const webUri = z.string().refine((value) => isAbsoluteUri(value) && /^https?:$/.test(new URL(value).protocol), {
  error: 'must be an http or https URL',
  abort: true,
});

export const httpsUri = z
  .string()
  .refine((value) => isAbsoluteUri(value) && new URL(value).protocol === 'https:', 'must be an https URL');

/** An address that we call ourselves: what it answers is believed, so it comes over TLS or from this very machine. */
export const calledUri = webUri
  .refine(
    (value) => new URL(value).protocol === 'https:' || isLoopback(new URL(value).hostname),
    'must be an https URL: http is for loopback hosts alone',
  )
  .refine((value) => new URL(value).username + new URL(value).password === '', 'must hold no user name or password');

/** What holds for every redirect URI; what depends on the client is `redirectUriProblem`'s. */
export const redirectUri = z
  .string()
  .refine(isAbsoluteUri, { error: 'must be an absolute URI', abort: true })
  .refine((value) => !value.includes('#'), 'must have no fragment: remove # and what follows')
  .refine((value) => !value.includes('*'), 'must have no wildcard: list every redirect URI in full');

/** What is wrong with a redirect URI for a client of that application type (OIDC Registration §2, RFC 8252 §7). */
export function redirectUriProblem(uri: string, applicationType: string): string | undefined {
  const { protocol, hostname } = new URL(uri);
  const loopback = LOOPBACKS.has(hostname);
  if (protocol === 'http:') return loopback ? undefined : 'must use https: http is for loopback hosts alone';
  if (applicationType === 'web') {
    return protocol === 'https:'
      ? undefined
      : 'must be an https URL; a scheme of its own needs application_type: native';
  }
  if (FORBIDDEN_SCHEMES.has(protocol)) return 'must not use this scheme: a browser would run or open it';
  return protocol === 'https:' && loopback ? 'must use http on a loopback host, in a native application' : undefined;
}
