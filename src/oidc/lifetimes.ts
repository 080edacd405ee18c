import type { Client } from 'oidc-provider';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** The longest that refreshing goes on without anybody signing in, in seconds: the life of what was consented to. */
export const REFRESH_ABSOLUTE = 90 * DAY;

/** How long what we issue lives, in seconds; a client's own settings come before, where it has some. */
export const lifetimes = {
  AccessToken: accessToken,
  ClientCredentials: accessToken,
  AuthorizationCode: MINUTE,
  PushedAuthorizationRequest: MINUTE,
  IdToken: 15 * MINUTE,
  Interaction: 60 * MINUTE,
  Session: 14 * DAY,
  Grant: REFRESH_ABSOLUTE,
  RefreshToken: refreshToken,
};

interface Limited {
  readonly resourceServer?: { readonly accessTokenTTL?: number } | undefined;
  /** Of a refresh token: when the first of its family was issued, in seconds. */
  readonly iiat?: number;
}

/** As long as the resource's declaration says, or shorter where the client's does. */
function accessToken(_ctx: unknown, { resourceServer }: Limited, client?: Client): number {
  const most = resourceServer?.accessTokenTTL ?? 15 * MINUTE;
  return Math.min(most, setting(client, 'access_token_ttl') ?? most);
}

/** From its last use on, within what is left of the family's life (checklist 9): rotation makes nothing of it longer. */
function refreshToken(_ctx: unknown, { iiat }: Limited, client?: Client): number {
  const now = Math.floor(Date.now() / 1000);
  const end = (iiat ?? now) + (setting(client, 'refresh_token_absolute_ttl') ?? REFRESH_ABSOLUTE);
  return Math.max(1, Math.min(setting(client, 'refresh_token_ttl') ?? 14 * DAY, end - now));
}

function setting(client: Client | undefined, name: string): number | undefined {
  const value = client?.[name];
  return typeof value === 'number' ? value : undefined;
}

/** Whether a refresh token is replaced at each use: unless a client that keeps a secret does without. */
export function rotates(client: Client | undefined): boolean {
  return client?.['refresh_token_rotation'] !== false || client.clientAuthMethod === 'none';
}
