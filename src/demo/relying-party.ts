import * as openid from 'openid-client';

/** What a demo application keeps of somebody who is signed in. */
export interface DemoSession {
  tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;
  /** Milliseconds since the epoch. */
  expiresAt: number;
}

/** What a sign-in under way has to remember until the answer comes. */
export interface Pending {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
}

/**
 * A relying party on openid-client, as short as one gets: this file is what an application has to do.
 * Nothing in it is Gatehouse's own.
 */
export function relyingParty(issuer: string, clientId: string, redirectUri: string, resource: string) {
  let discovered: Promise<openid.Configuration> | undefined;
  const discover = () => {
    discovered ??= openid.discovery(new URL(issuer), clientId, undefined, openid.None(), {
      execute: issuer.startsWith('http:') ? [openid.allowInsecureRequests] : [],
    });
    discovered.catch(() => {
      discovered = undefined;
    });
    return discovered;
  };

  return {
    async begin(assessment = false): Promise<{ url: URL; pending: Pending }> {
      const pending = {
        verifier: openid.randomPKCECodeVerifier(),
        state: openid.randomState(),
        nonce: openid.randomNonce(),
      };
      const url = openid.buildAuthorizationUrl(await discover(), {
        redirect_uri: redirectUri,
        scope: `openid profile email${assessment ? ' assessment' : ''} demo:read`,
        resource,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: 'S256',
        state: pending.state,
        nonce: pending.nonce,
      });
      return { url, pending };
    },

    async finish(callback: URL, pending: Pending): Promise<DemoSession> {
      const checks = { pkceCodeVerifier: pending.verifier, expectedState: pending.state, expectedNonce: pending.nonce };
      return sessionOf(await openid.authorizationCodeGrant(await discover(), callback, checks));
    },

    /** Undefined when the sign-in has ended: the person signed out elsewhere, or took back their consent. */
    async refresh({ tokens }: DemoSession): Promise<DemoSession | undefined> {
      const fresh = await openid
        .refreshTokenGrant(await discover(), tokens.refresh_token ?? '')
        .catch(endedIsUndefined);
      return fresh && sessionOf(fresh);
    },

    async signOut({ tokens }: DemoSession, returnTo: string): Promise<URL> {
      return openid.buildEndSessionUrl(await discover(), {
        id_token_hint: tokens.id_token ?? '',
        post_logout_redirect_uri: returnTo,
      });
    },
  };
}

export type RelyingParty = ReturnType<typeof relyingParty>;

function endedIsUndefined(error: unknown): undefined {
  if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant') return undefined;
  throw error;
}

function sessionOf(tokens: DemoSession['tokens']): DemoSession {
  return { tokens, expiresAt: Date.now() + (tokens.expiresIn() ?? 0) * 1000 };
}
