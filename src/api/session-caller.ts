import type { Caller } from '../candidates/index.ts';
import { type Bearer, bearerReader, INSUFFICIENT_SCOPE, requireScope, TOKEN_PROBLEMS } from './bearer.ts';
import type { Access } from './description.ts';
import type { GuardParts } from './parts.ts';

/** A service whose token holds this scope; or a candidate, who reaches their own sessions alone and needs none. */
export function serviceOrCandidate(parts: GuardParts, scope: string): Access<Caller> {
  const bearerOf = bearerReader(parts);
  return {
    credentials: ['bearer', 'dpop'],
    scope,
    problems: [...TOKEN_PROBLEMS, INSUFFICIENT_SCOPE],
    async admit(ctx) {
      const bearer = await bearerOf(ctx);
      if (!bearer.candidate) requireScope(parts, ctx, bearer, scope);
      return callerOf(bearer);
    },
  };
}

function callerOf({ client, subject, candidate }: Bearer): Caller {
  const clientId = client.client_id;
  if (!candidate) return { kind: 'service', clientId };
  return { kind: 'candidate', clientId, candidateId: subject, sessionId: candidate.sessionId, device: candidate.sid };
}
