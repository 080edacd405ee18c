import { createHash, timingSafeEqual } from 'node:crypto';

/**
 * What is stored in the place of a client secret. A plain SHA-256 will do: a secret has 32 characters at least and is
 * checked at every token request, where a slow hash would be the bottleneck and the lever of a flood.
 */
export function hashSecret(secret: string): string {
  return `sha256:${createHash('sha256').update(secret).digest('base64url')}`;
}

/** Whether `secret` is the one that `hash` was made of; in constant time. */
export function matchesSecret(hash: string, secret: string): boolean {
  const [expected, actual] = [Buffer.from(hash), Buffer.from(hashSecret(secret))];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
