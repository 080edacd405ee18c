import { LRUCache } from 'lru-cache';
import type { Clock } from '../kernel/clock.ts';
import { type BuildLimiter, type Count, type Counter, createCounter } from './counter.ts';
import { createDevices } from './devices.ts';
import { createKeys } from './keys.ts';
import { createKnownGate } from './known-sign-in.ts';
import { networkOf } from './network.ts';
import { POLICY, type Policy, SIGN_IN } from './policy.ts';
import { createSignInGate } from './sign-in.ts';
import type { Caller, Limits, OnRefusal } from './types.ts';

export interface LimitsOptions {
  readonly build: BuildLimiter;
  readonly masterKeys: readonly Buffer[];
  readonly clock: Clock;
  /** The one spelling of an e-mail address that all its spellings are counted under; undefined for what is none. */
  readonly addressOf: (email: string) => string | undefined;
  /** Hears of what was turned away. */
  readonly onRefusal?: OnRefusal | undefined;
  readonly policy?: Policy | undefined;
}

/** Counts in a store that all processes share; `src/limits/policy.ts` has the numbers. */
export function createLimits({ build, masterKeys, clock, addressOf, onRefusal, policy }: LimitsOptions): Limits {
  const { digest } = createKeys(masterKeys);
  const devices = createDevices(masterKeys, clock);
  const gate = createSignInGate(build);
  const knownGate = createKnownGate(build, gate);
  const counters = countersOf(build, policy ?? POLICY);
  const accountOf = remembering((email) => digest('account', addressOf(email) ?? email));

  const networkKey = ({ network }: Caller) => digest('network', networkOf(network));
  const told = (limit: keyof Policy, by: 'address' | 'network', count: Count | undefined): number | undefined => {
    if (count?.wait !== undefined) onRefusal?.(limit, by);
    return count?.wait;
  };

  const tryKnown = async (account: string, { device }: Caller, knownFrom: () => Promise<Date | undefined>) => {
    const mark = devices.markFor(account, device);
    const from = mark && (await knownFrom());
    if (!from || mark.madeAt < from) return undefined;
    return knownGate.try(account, digest('known', mark.nonce));
  };
  const tryAsStranger = async (account: string, caller: Caller) => {
    const { network } = counters.sign_in;
    const [byNetwork, first] = await network.takeBefore(networkKey(caller), gate.free, account);
    const wait = told('sign_in', 'network', byNetwork);
    return wait === undefined ? gate.try(account, SIGN_IN.most, first) : { wait };
  };

  return {
    /** Networks come first: who is turned away for theirs uses up nothing of an address. */
    async take(what, { email, session, caller }) {
      const { address, network } = counters[what];
      const account = email === undefined ? session && digest('session', session) : accountOf(email);
      if (account !== undefined && devices.markFor(account, caller.device))
        return told(what, 'address', await address?.take(account));
      if (account === undefined || !address) return told(what, 'network', await network.take(networkKey(caller)));
      const [byNetwork, byAddress] = await network.takeBefore(networkKey(caller), address, account);
      return told(what, 'network', byNetwork) ?? told(what, 'address', byAddress);
    },

    async trySignIn(email, caller, knownFrom) {
      const account = accountOf(email);
      const outcome = (await tryKnown(account, caller, knownFrom)) ?? (await tryAsStranger(account, caller));
      if ('wait' in outcome) return { problem: 'too_many_tries', retryAfter: outcome.wait };
      if ('problem' in outcome) onRefusal?.('sign_in', 'address');
      return outcome;
    },

    async forgive(email) {
      const account = accountOf(email);
      await Promise.all([gate.forgive(account), knownGate.forgive(account)]);
    },

    remember: (email, device) => devices.remember(accountOf(email), device),
  };
}

/** Requests that are answered at the same time name an address each, and most of them more than once. */
function remembering(accountOf: (email: string) => string): (email: string) => string {
  const latest = new LRUCache<string, string>({ max: 100 });
  return (email) => {
    const account = latest.get(email) ?? accountOf(email);
    latest.set(email, account);
    return account;
  };
}

type Counters = Readonly<Record<keyof Policy, { readonly address?: Counter; readonly network: Counter }>>;

function countersOf(build: BuildLimiter, policy: Policy): Counters {
  const counters = Object.entries(policy).map(([limit, { address, network }]) => [
    limit,
    {
      ...(address ? { address: createCounter(build, `${limit}:address`, address) } : {}),
      network: createCounter(build, `${limit}:network`, network),
    },
  ]);
  return Object.fromEntries(counters);
}
