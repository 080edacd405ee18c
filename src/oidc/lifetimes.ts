import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { sittingOf } from './candidate-account.ts';
import { sittingSidOf } from './sitting-sid.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** The longest that refreshing goes on without anybody signing in, in seconds: the life of what was consented to. */
export const REFRESH_ABSOLUTE = 90 * DAY;

/** The longest that somebody is signed in without coming back, in seconds. */
export const SESSION = 14 * DAY;

/** How long what we issue lives, in seconds; a client's own settings come before, where it has some. */
export const lifetimes = {
  AccessToken: accessToken,
  ClientCredentials: accessToken,
  AuthorizationCode: MINUTE,
  PushedAuthorizationRequest: MINUTE,
  IdToken: idToken,
  Interaction: 60 * MINUTE,
  Session: session,
  Grant: REFRESH_ABSOLUTE,
  RefreshToken: refreshToken,
};

interface Limited {
  readonly resourceServer?: { readonly accessTokenTTL?: number } | undefined;
  /** Of a refresh token: when the first of its family was issued, in seconds. */
  readonly iiat?: number;
}

type Asked = KoaContextWithOIDC | undefined;

/**
 * As long as the resource's declaration says, or shorter where the client's does. A candidate's is good no longer than the
 * session's clock could run from now on: no pause can make that end earlier, and whoever has the token asks nobody.
 */
function accessToken(ctx: Asked, { resourceServer }: Limited, client?: Client): number {
  const most = resourceServer?.accessTokenTTL ?? 15 * MINUTE;
  return within(sittingOf(ctx)?.secondsLeft, Math.min(most, setting(client, 'access_token_ttl') ?? most));
}

function idToken(ctx: Asked): number {
  return within(sittingOf(ctx)?.secondsLeft, 15 * MINUTE);
}

/**
 * A candidate's ends with the session's `expires_at`. What else ends the session is asked at each use (`claims.ts`): a pause
 * moves it, and whoever comes back after one is still signed in.
 */
function session(ctx: Asked, signIn: SignIn): number {
  const sitting = sittingOf(ctx);
  if (sitting || sittingSidOf(signIn) === undefined) return within(sitting?.secondsOpen, SESSION);
  return within(signIn.exp && signIn.exp - nowInSeconds(), SESSION);
}

type SignIn = Parameters<typeof sittingSidOf>[0] & { readonly exp?: number };

const within = (limit: number | undefined, most: number): number => Math.max(1, Math.min(limit ?? most, most));

const nowInSeconds = () => Math.floor(Date.now() / 1000);

/** From its last use on, within what is left of the family's life (checklist 9): rotation makes nothing of it longer. */
function refreshToken(ctx: Asked, { iiat }: Limited, client?: Client): number {
  const now = nowInSeconds();
  const end = (iiat ?? now) + (setting(client, 'refresh_token_absolute_ttl') ?? REFRESH_ABSOLUTE);
  return within(sittingOf(ctx)?.secondsOpen, Math.min(setting(client, 'refresh_token_ttl') ?? 14 * DAY, end - now));
}

function setting(client: Client | undefined, name: string): number | undefined {
  const value = client?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** Whether a refresh token is replaced at each use: unless a client that keeps a secret does without. */
export function rotates(client: Client | undefined): boolean {
  return client?.['refresh_token_rotation'] !== false || client.clientAuthMethod === 'none';
}
