import type { Clock } from '../kernel/clock.ts';
import { type BuildLimiter, type Counter, createCounter } from './counter.ts';
import { createDevices } from './devices.ts';
import { createKeys } from './keys.ts';
import { createKnownGate } from './known-sign-in.ts';
import { networkOf } from './network.ts';
import { POLICY, type Policy } from './policy.ts';
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
  const accountOf = (email: string) => digest('account', addressOf(email) ?? email);

  const refuse = async (limit: keyof Policy, by: 'address' | 'network', key: string): Promise<number | undefined> => {
    const wait = (await counters[limit][by]?.take(key))?.wait;
    if (wait !== undefined) onRefusal?.(limit, by);
    return wait;
  };
  /** Networks come first: who is turned away for theirs uses up nothing of an address. */
  const refuseNetwork = (limit: keyof Policy, network: string) =>
    refuse(limit, 'network', digest('network', networkOf(network)));

  const tryKnown = async (account: string, { device }: Caller, knownFrom: () => Promise<Date | undefined>) => {
    const mark = devices.markFor(account, device);
    const from = mark && (await knownFrom());
    if (!from || mark.madeAt < from) return undefined;
    return knownGate.try(account, digest('known', mark.nonce));
  };
  const tryAsStranger = async (account: string, { network }: Caller) => {
    const wait = await refuseNetwork('sign_in', network);
    return wait === undefined ? gate.try(account) : { wait };
  };

  return {
    async take(what, { email, caller }) {
      const account = email === undefined ? undefined : accountOf(email);
      const known = account !== undefined && devices.markFor(account, caller.device) !== undefined;
      const wait = known ? undefined : await refuseNetwork(what, caller.network);
      return wait ?? (account === undefined ? undefined : refuse(what, 'address', account));
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
