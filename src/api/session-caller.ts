import type { Caller } from '../candidates/index.ts';
import { type Bearer, bearing } from './bearer.ts';
import type { Access } from './description.ts';
import type { GuardParts } from './parts.ts';

/** A service whose token holds this scope; or a candidate, who reaches their own sessions alone and needs none. */
export const serviceOrCandidate = (parts: GuardParts, scope: string): Access<Caller> =>
  bearing(parts, scope, (bearer, requireIt) => {
    if (!bearer.candidate) requireIt();
    return callerOf(bearer);
  });

function callerOf({ client, subject, candidate }: Bearer): Caller {
  const clientId = client.client_id;
  if (!candidate) return { kind: 'service', clientId };
  return { kind: 'candidate', clientId, candidateId: subject, sessionId: candidate.sessionId, device: candidate.sid };
}
