import { withDefaults } from './clients.ts';
import { DEFAULT_TTL, OWN_SCOPES } from './resources.ts';
import type { ClientDeclaration, ResourceDeclaration } from './types.ts';

/** Public knowledge, printed at every start of a development server: refused in production. */
export const DEMO_SECRET = 'demo-service-secret-for-development-only';

/** Refused in production, whatever declares them: people will have scripts that know them. */
export const DEMO_CLIENT_IDS: readonly string[] = ['demo-web', 'demo-web-2', 'demo-service'];

/** What a development server without a file has to show: two applications, and a service for the `curl` of the README. */
export function demoClients(issuer: string): ClientDeclaration[] {
  return [
    demoApplication('demo-web', 'Demo', `${issuer}/demo`),
    demoApplication('demo-web-2', 'Second demo', `${issuer}/demo/second`),
    demoService(),
  ];
}

/** An API for the demo applications to ask tokens for. */
export function demoResource(issuer: string): ResourceDeclaration {
  return { identifier: `${issuer}/demo/api`, scopes: ['demo:read'], access_token_ttl: DEFAULT_TTL, default: false };
}

/** Two of them, so that single sign-on can be seen. */
function demoApplication(id: string, name: string, page: string): ClientDeclaration {
  const members = {
    client_id: id,
    client_name: name,
    client_uri: page,
    application_type: 'web' as const,
    token_endpoint_auth_method: 'none' as const,
    redirect_uris: [`${page}/callback`],
    post_logout_redirect_uris: [page],
    grant_types: ['authorization_code', 'refresh_token'] as ('authorization_code' | 'refresh_token')[],
    scope: 'openid profile email offline_access assessment demo:read',
    initiate_login_uri: `${page}/start`,
  };
  return withDefaults(members, false);
}

function demoService(): ClientDeclaration {
  const members = {
    client_id: 'demo-service',
    client_secret: DEMO_SECRET,
    client_name: 'Demo service',
    grant_types: ['client_credentials' as const],
    scope: OWN_SCOPES.join(' '),
  };
  return withDefaults(members, true);
}
