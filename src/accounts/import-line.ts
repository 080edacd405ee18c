import { z } from 'zod';
import { newId, timeOfId } from '../kernel/ids.ts';
import { readEmail } from './email.ts';
import { foreignHashProblem, type HashProblem } from './foreign-hashes.ts';
import { nameProblem } from './register.ts';
import type { User } from './types.ts';

/** What is wrong with a line, or with one of its members. */
export type LineProblem = 'too_long' | 'no_object' | 'missing' | 'unknown' | 'invalid' | HashProblem | 'taken';

export interface LineFault {
  /** Undefined where the fault is the whole line's. */
  readonly member?: string;
  readonly problem: LineProblem;
}

/** A user as a line tells it, ready to be stored. */
export interface ImportedUser {
  readonly id: string;
  /** Whether the line says so, or it was made here. */
  readonly idIsGiven: boolean;
  readonly email: string;
  readonly emailKey: string;
  readonly emailVerified: boolean;
  readonly name: string | undefined;
  readonly locale: string | undefined;
  readonly passwordHash: string | undefined;
  readonly status: User['status'];
  readonly createdAt: Date | undefined;
  readonly lastLoginAt: Date | undefined;
}

const date = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

/** The members are the API's; null is the same as leaving one out. */
const line = z.strictObject({
  email: z.string().transform((typed, context) => {
    const email = readEmail(typed);
    if (!email) context.addIssue({ code: 'custom' });
    return email ?? z.NEVER;
  }),
  email_verified: z.boolean().nullish(),
  name: z
    .string()
    .refine((name) => !nameProblem(name))
    .nullish(),
  locale: z.string().max(35).refine(isLanguageTag).nullish(),
  status: z.enum(['active', 'disabled']).nullish(),
  password_hash: z
    .string()
    .superRefine((hash, context) => {
      const problem = foreignHashProblem(hash);
      if (problem) context.addIssue({ code: 'custom', params: { problem } });
    })
    .nullish(),
  id: z.guid().toLowerCase().nullish(),
  created_at: date.nullish(),
  last_login_at: date.nullish(),
});

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Milliseconds by which another system's clock may be ahead of ours. */
const AHEAD = 3_600_000;

/**
 * Reads one line of an import: a user, or everything that is wrong with it. With an id that says it was made later than now,
 * its owner's pairwise subjects would change one day (`keys/pairwise-salts.ts`).
 */
export function readLine(
  text: Buffer,
  now: Date,
): { readonly user: ImportedUser } | { readonly faults: readonly LineFault[] } {
  const parsed = line.safeParse(fromJson(text));
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(faultsOf) };
  if (timeOfId(parsed.data.id ?? '').getTime() > now.getTime() + AHEAD)
    return { faults: [{ member: 'id', problem: 'invalid' }] };
  return { user: toUser(parsed.data) };
}

function fromJson(text: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(text));
  } catch {
    return undefined;
  }
}

function toUser(data: z.output<typeof line>): ImportedUser {
  const { email, id, locale } = data;
  return {
    id: id ?? newId(),
    idIsGiven: typeof id === 'string',
    email: email.address,
    emailKey: email.key,
    emailVerified: data.email_verified ?? false,
    name: data.name?.trim() || undefined,
    locale: locale ? Intl.getCanonicalLocales(locale)[0] : undefined,
    passwordHash: data.password_hash ?? undefined,
    status: data.status ?? 'active',
    createdAt: data.created_at ?? undefined,
    lastLoginAt: data.last_login_at ?? undefined,
  };
}

/** Names members and never their values: those are people's. */
function faultsOf(issue: z.core.$ZodIssue): LineFault[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((member) => ({ member, problem: 'unknown' as const }));
  const [member] = issue.path;
  if (member === undefined) return [{ problem: 'no_object' }];
  const named = { member: String(member) };
  if (issue.code === 'custom' && issue.params?.['problem']) return [{ ...named, problem: issue.params['problem'] }];
  const isMissing = issue.code === 'invalid_type' && issue.message.includes('received undefined');
  return [{ ...named, problem: isMissing ? 'missing' : 'invalid' }];
}

/** BCP 47; pages and mails speak the nearest they have. */
function isLanguageTag(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
