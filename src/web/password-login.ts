import { type Clock, epochSeconds } from '../kernel/clock.ts';

/** What the engine is told of somebody who proved a password just now (RFC 8176: `pwd`). */
export function passwordLogin(accountId: string, clock: Clock): Record<string, unknown> {
  return { login: { accountId, amr: ['pwd'], ts: epochSeconds(clock), remember: true } };
}
