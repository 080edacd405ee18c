/** The clients that most tests use, as an operator would declare them. Addresses nobody serves: a test reads the redirect. */
export const CALLBACK = 'https://app.example/callback';
export const SECRET = 'a-secret-of-forty-characters-for-testing';

export const declaration = `
require_verified_email: false
clients:
  - client_id: web
    client_name: Web shop
    redirect_uris: [${CALLBACK}]
    post_logout_redirect_uris: [https://app.example/bye]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid profile email offline_access orders:read orders:write
  - client_id: other
    client_name: Other shop
    redirect_uris: [https://other.example/callback]
    grant_types: [authorization_code, refresh_token]
    token_endpoint_auth_method: none
    scope: openid profile email orders:read
  - client_id: confidential
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    post_logout_redirect_uris: [https://app.example/bye]
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email offline_access orders:read
  - client_id: own
    client_name: Our own shop
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email orders:read orders:write
    first_party: true
  - client_id: lenient
    client_secret: ${SECRET}
    redirect_uris: [${CALLBACK}]
    require_pkce: false
    scope: openid
  - client_id: service
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: orders:read candidates:read
resources:
  - identifier: https://api.example.com
    scopes: [orders:read, orders:write]
`;
