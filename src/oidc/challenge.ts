import type { IncomingMessage } from 'node:http';
import type { Context } from 'koa';
import { randomToken } from '../kernel/ids.ts';

/**
 * Headless sign-in for the operator's own applications (draft-ietf-oauth-first-party-apps): a password is sent here, and
 * a code comes back, to be exchanged at the token endpoint.
 *
 * To the engine it is a token request for a grant of ours: who the client is, how a form is read, which browser's page
 * may call and what an error looks like is then the same as there, and kept in one place.
 */
export const CHALLENGE_PATH = '/oauth2/challenge';
const TOKEN_PATH = '/oauth2/token';

/** That grant. Each process makes a name of its own, so that nobody outside can ask the token endpoint for it. */
export const CHALLENGE_GRANT = `urn:gatehouse:challenge:${randomToken()}`;

/** What stands in a code for the redirect_uri that no request named; it is no address, so no client can register it. */
export const NO_REDIRECT = 'urn:gatehouse:no-redirect';

const challenges = new WeakSet<IncomingMessage>();

/** Whether the request came to this endpoint. */
export const isChallenge = ({ req }: { req: IncomingMessage }): boolean => challenges.has(req);

/** Sends a request to this endpoint on to where the engine listens. */
export function routeChallenge(ctx: Context): void {
  if (ctx.path !== CHALLENGE_PATH || !['POST', 'OPTIONS'].includes(ctx.method)) return;
  challenges.add(ctx.req);
  ctx.path = TOKEN_PATH;
}

/** What was called, wherever it was sent on to. */
export const addressOf = (ctx: { req: IncomingMessage; path: string }): string =>
  isChallenge(ctx) ? CHALLENGE_PATH : ctx.path;

/** Logs, metrics and what the engine says of an error name the endpoint that was called. */
export function nameChallenge(ctx: Context): void {
  if (!isChallenge(ctx)) return;
  ctx['_matchedRoute'] = CHALLENGE_PATH;
  const body = ctx.body as { error_description?: string } | undefined;
  if (body?.error_description) body.error_description = body.error_description.replace(TOKEN_PATH, CHALLENGE_PATH);
}
