import { Api, type ApiAnswer, bearer, firstPartyDeclaration } from './api.ts';
import { SECRET } from './declaration.ts';
import { RelyingParty } from './relying-party.ts';

/** Every scope of Gatehouse's own API. */
export const OWN_SCOPES = [
  ...['candidates:read', 'candidates:write', 'sessions:read', 'sessions:write', 'users:read', 'users:write'],
  ...['keys:read', 'keys:write', 'revocations:read', 'events:read', 'events:write', 'audit:read'],
] as const;

/** The clients of `api.ts`, and an operator's service that may have every scope of Gatehouse's own API. */
export const operatorDeclaration = firstPartyDeclaration.replace(
  'resources:',
  `  - client_id: operator
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: ${OWN_SCOPES.join(' ')}
resources:`,
);

/** A token of the operator's service, with these scopes. */
export async function operatorToken(issuer: string, scope: string): Promise<string> {
  const parameters = { grant_type: 'client_credentials', resource: `${issuer}/v1`, scope };
  const { status, body } = await new RelyingParty(issuer).token(parameters, { id: 'operator', secret: SECRET });
  if (status !== 200) throw new Error(`no token for ${scope}: ${status} ${JSON.stringify(body)}`);
  return body.access_token;
}

type Method = Parameters<Api['call']>[0];

/** Calls `/v1` as an operator's service does. */
export class Operator {
  readonly #api: Api;
  readonly #headers: Promise<Record<string, string>>;

  constructor(issuer: string, scope = 'users:read users:write') {
    this.#api = new Api(issuer);
    this.#headers = operatorToken(issuer, scope).then(bearer);
  }

  async call(method: Method, address: string, body?: unknown): Promise<ApiAnswer> {
    return this.#api.call(method, address, { headers: await this.#headers, body });
  }
}
