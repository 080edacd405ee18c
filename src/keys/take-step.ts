import type { Knex } from 'knex';
import type { Step } from './life.ts';
import { makeKey } from './make-key.ts';
import type { KeyParts } from './parts.ts';
import { insertKey, setKeyState, setRevoked } from './store.ts';

/** Takes a step as part of a transaction. */
export async function takeStep(transaction: Knex.Transaction, parts: KeyParts, step: Step): Promise<void> {
  const now = parts.clock.now();
  switch (step.kind) {
    case 'make':
      return insertKey(transaction, await makeKey(step.alg, step.state, parts, parts.clock));
    case 'promote':
      if (step.replaced) await setKeyState(transaction, step.replaced, 'retiring', now);
      return setKeyState(transaction, step.kid, 'active', now);
    case 'replace':
      return setKeyState(transaction, step.kid, 'retiring', now);
    case 'retire':
      return setKeyState(transaction, step.kid, 'retired', now);
    case 'revoke':
      return setRevoked(transaction, step.kid, now);
  }
}
