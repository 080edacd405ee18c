import { acceptsSecret, type ClientMetadata } from '../clients/index.ts';
import type { Context } from '../http/index.ts';
import { noteCause } from '../kernel/correlation.ts';
import { Problem, type ProblemMembers } from '../kernel/problem.ts';
import { bearerReader, TOKEN_PROBLEMS } from './bearer.ts';
import { allowOrigin } from './cors.ts';
import type { Access } from './description.ts';
import type { GuardParts } from './parts.ts';
import { AUTHENTICATION_REQUIRED, authorizationOf, tokenChallenges, tokenSchemeOf } from './refusal.ts';

const INVALID_CLIENT = {
  status: 401,
  code: 'invalid_client',
  title: 'Invalid client',
  detail: 'There is no such client, its secret is another, or it has a secret and has to show it.',
} satisfies ProblemMembers;

export const FIRST_PARTY_REQUIRED = {
  status: 403,
  code: 'first_party_required',
  title: 'For first-party applications',
  detail: 'Only a client that is declared with first_party: true may do this.',
} satisfies ProblemMembers;

/**
 * The operator's own applications: by a token of theirs, by their secret, or, where they cannot keep one, by their
 * name alone. A public client can prove no more, and gets no more by it than anybody gets on the hosted pages.
 */
export function firstParty(parts: GuardParts): Access<ClientMetadata> {
  const identify = identifier(parts);
  return {
    credentials: ['bearer', 'dpop', 'basic', 'client_id'],
    problems: [...TOKEN_PROBLEMS, INVALID_CLIENT, FIRST_PARTY_REQUIRED],
    async admit(ctx) {
      const client = await identify(ctx);
      allowOrigin(ctx, client);
      requireFirstParty(client);
      noteCause({ clientId: client.client_id });
      return client;
    },
  };
}

/** @throws Problem 403 for any other client. */
export function requireFirstParty(client: ClientMetadata): void {
  if (client['first_party'] !== true) throw new Problem(FIRST_PARTY_REQUIRED);
}

function identifier(parts: GuardParts): (ctx: Context) => Promise<ClientMetadata> {
  const bearerOf = bearerReader(parts);
  return async (ctx) => {
    const { scheme, credentials } = authorizationOf(ctx);
    const { client_id: name } = ctx.query;
    if (tokenSchemeOf(ctx)) return (await bearerOf(ctx)).client;
    if (scheme === 'basic') return bySecret(parts, credentials);
    if (!scheme && typeof name === 'string') return byName(parts, name);
    throw unauthorized(parts, AUTHENTICATION_REQUIRED);
  };
}

/** HTTP Basic, as a client authenticates at the token endpoint (RFC 6749 §2.3.1). */
async function bySecret(parts: GuardParts, credentials: string): Promise<ClientMetadata> {
  const [id = '', ...rest] = Buffer.from(credentials, 'base64').toString('utf8').split(':');
  const client = await parts.clients.find(formDecoded(id));
  if (client && acceptsSecret(client, formDecoded(rest.join(':')), parts.clock.now())) return client;
  throw unauthorized(parts, INVALID_CLIENT);
}

async function byName(parts: GuardParts, name: string): Promise<ClientMetadata> {
  const client = await parts.clients.find(name);
  if (client?.['token_endpoint_auth_method'] === 'none') return client;
  throw unauthorized(parts, INVALID_CLIENT);
}

/** RFC 6749 has both parts encoded as a form is; what isn't stays as it came. */
function formDecoded(part: string): string {
  try {
    return decodeURIComponent(part.replaceAll('+', ' '));
  } catch {
    return part;
  }
}

function unauthorized(parts: GuardParts, kind: ProblemMembers): Problem {
  const challenges = `${tokenChallenges(parts)}, Basic realm="${parts.issuer}", charset="UTF-8"`;
  return new Problem({ ...kind, headers: { 'WWW-Authenticate': challenges } });
}
