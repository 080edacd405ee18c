import { ACCOUNT_CLIENT_ID } from '../config/index.ts';
import type { ClientMetadata } from './types.ts';

/**
 * As which the account page has people signed in, by the ordinary pages. It is nobody's: it is declared and stored
 * nowhere, and may use nothing that is for first-party applications. It exchanges no code, so nobody holds a token of
 * its.
 */
export function accountClient(issuer: string): ClientMetadata {
  return {
    client_id: ACCOUNT_CLIENT_ID,
    client_name: 'Gatehouse',
    client_uri: `${issuer}/account`,
    redirect_uris: [`${issuer}/account/signed-in`],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: 'openid',
    first_party: false,
    require_pkce: true,
  };
}
