import { Provider } from 'oidc-provider';
import type { Sighting } from '../artifacts/index.ts';
import { type Clock, epochSeconds } from '../kernel/clock.ts';
import { networkAddress } from '../kernel/network-address.ts';

/** Longer ones say nothing more that a person would know their device by. */
const AGENT_MAX = 200;

/**
 * What the browser of the request that runs now says of itself, for its owner to know it by on the account page. It is
 * written with the session when that is written anyway, and goes with it.
 */
export function sighting(clock: Clock): Sighting {
  const at = epochSeconds(clock);
  const { ctx } = Provider;
  if (!ctx) return { at };
  const agent = ctx.get('user-agent').slice(0, AGENT_MAX);
  const address = networkAddress(ctx.ip);
  return { at, ...(agent ? { agent } : {}), ...(address ? { address } : {}) };
}
