import { createHash } from 'node:crypto';
import type { Context } from 'koa';
import { JWKS_MAX_AGE, JWKS_STALE } from '../config/index.ts';
import type { KeyRing } from '../keys/index.ts';

/** What everybody may read: the same bytes until the keys change. */
export interface Published {
  readonly body: Buffer;
  readonly etag: string;
  readonly type: string;
}

const CACHE_CONTROL = `public, max-age=${JWKS_MAX_AGE}, stale-while-revalidate=${JWKS_STALE}`;

export const published = (document: unknown, type: string): Published => publishedText(JSON.stringify(document), type);

export function publishedText(text: string, type: string): Published {
  const body = Buffer.from(text);
  return { body, type, etag: `"${createHash('sha256').update(body).digest('base64url')}"` };
}

/** The public parts of every published key (RFC 7517 §5), in the ring's order, which rotation leaves as it is. */
export function publishedJwks(ring: KeyRing): Published {
  const keys = ring.published.map(({ publicJwk }) => publicJwk);
  return published({ keys }, 'application/jwk-set+json; charset=utf-8');
}

/** Answers with it, or with a 304 to whoever has it already (RFC 9110 §13.1.2). Any origin may read it. */
export function sendPublished(ctx: Context, { body, etag, type }: Published, cacheControl = CACHE_CONTROL): void {
  ctx.set({ 'Cache-Control': cacheControl, 'Access-Control-Allow-Origin': '*' });
  ctx.status = 200;
  ctx.type = type;
  ctx.etag = etag;
  if (isKnown(ctx.get('If-None-Match'), etag)) ctx.status = 304;
  else ctx.body = body;
}

/** Not Koa's `fresh`: it sends everything again to whoever wants no cache's answer, such as Node's own fetch. */
const isKnown = (tags: string, etag: string) => tags.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
