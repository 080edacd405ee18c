import type { Context } from '../http/index.ts';
import { Problem } from '../kernel/problem.ts';
import type { Limited } from '../limits/index.ts';
import type { ApiParts } from './parts.ts';
import { TOO_MANY_REQUESTS } from './problems.ts';

/**
 * Counts what is asked for, before it is done, by the same numbers as on the pages.
 * @throws Problem 429 where it was asked for too often.
 */
export async function count(ctx: Context, { accounts }: ApiParts, what: Limited, email?: string): Promise<void> {
  const caller = { network: ctx.ip };
  const seconds = await accounts.limits.take(what, email === undefined ? { caller } : { caller, email });
  if (seconds === undefined) return;
  throw new Problem({ ...TOO_MANY_REQUESTS, headers: { 'Retry-After': String(seconds) } });
}
