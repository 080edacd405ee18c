const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;

/** How long what we issue lives, in seconds. A resource's tokens live as long as its declaration says. */
export const lifetimes = {
  AccessToken: (_ctx: unknown, token: Limited) => token.resourceServer?.accessTokenTTL ?? 15 * MINUTE,
  ClientCredentials: (_ctx: unknown, token: Limited) => token.resourceServer?.accessTokenTTL ?? 15 * MINUTE,
  AuthorizationCode: MINUTE,
  PushedAuthorizationRequest: MINUTE,
  IdToken: 15 * MINUTE,
  Interaction: 60 * MINUTE,
  Session: 14 * DAY,
  Grant: 90 * DAY,
  RefreshToken: 14 * DAY,
};

interface Limited {
  readonly resourceServer?: { readonly accessTokenTTL?: number } | undefined;
}
