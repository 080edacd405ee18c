import { type ImportedUser, type LineFault, readLine } from './import-line.ts';
import { findTaken, insertImported, type Taken } from './import-store.ts';
import type { AccountParts } from './parts.ts';

/** One line of a file of users. */
export interface ImportLine {
  /** From 1. */
  readonly number: number;
  /** Undefined where it is longer than anybody's line could be. */
  readonly text: Buffer | undefined;
}

export interface BadLine {
  readonly number: number;
  readonly faults: readonly LineFault[];
}

/** How far an import has come. */
export interface ImportCount {
  /** The last line that was read. */
  line: number;
  imported: number;
  /** Had an account already, which was left as it is. */
  present: number;
  bad: number;
}

export interface ImportOptions {
  /** Checks only, and writes nothing. */
  readonly dryRun: boolean;
  readonly onBadLine: (line: BadLine) => void;
  /** Called when a batch is in for good. */
  readonly onBatch?: (count: Readonly<ImportCount>) => void;
}

/** Users who are written at once: enough to be quick, few enough to be nothing in memory. */
const BATCH = 1000;

interface Candidate {
  readonly number: number;
  readonly user: ImportedUser;
}

/**
 * Takes users over from elsewhere, a batch of lines at a time. A bad line is told and left out. An address that has an
 * account is left as it is, so an import that was broken off is simply done again: it goes on where it ended.
 */
export async function importUsers(
  parts: AccountParts,
  lines: AsyncIterable<ImportLine>,
  { dryRun, onBadLine, onBatch }: ImportOptions,
): Promise<ImportCount> {
  const count: ImportCount = { line: 0, imported: 0, present: 0, bad: 0 };
  const tell = (number: number, faults: readonly LineFault[]) => {
    count.bad += 1;
    onBadLine({ number, faults });
  };
  for await (const batch of batchesOf(lines, count, tell, () => parts.clock.now())) {
    const fateOf = await (dryRun ? check(parts, batch) : write(parts, batch));
    for (const { number, user } of batch) {
      const fate = fateOf(user);
      if (typeof fate === 'string') count[fate] += 1;
      else tell(number, [fate]);
    }
    onBatch?.(count);
  }
  return count;
}

/** The good lines by the batch. Two about one user are never in the same: the second has to find the first. */
async function* batchesOf(
  lines: AsyncIterable<ImportLine>,
  count: ImportCount,
  tell: (number: number, faults: readonly LineFault[]) => void,
  now: () => Date,
): AsyncGenerator<readonly Candidate[]> {
  let batch: Candidate[] = [];
  let known = new Set<string>();
  for await (const { number, text } of lines) {
    const read = text ? readLine(text, now()) : { faults: [{ problem: 'too_long' as const }] };
    if ('faults' in read) tell(number, read.faults);
    if ('user' in read) {
      const { id, emailKey } = read.user;
      if (batch.length === BATCH || known.has(id) || known.has(emailKey)) {
        yield batch;
        [batch, known] = [[], new Set()];
      }
      batch.push({ number, user: read.user });
      known.add(id).add(emailKey);
    }
    count.line = number;
  }
  if (batch.length > 0) yield batch;
}

type Fate = 'imported' | 'present' | LineFault;

async function write({ db, clock }: AccountParts, batch: readonly Candidate[]): Promise<(user: ImportedUser) => Fate> {
  const users = batch.map(({ user }) => user);
  const inserted = await insertImported(db, users, clock.now());
  const rest = users.filter(({ id }) => !inserted.has(id));
  const taken = await findTaken(db, rest);
  return (user) => (inserted.has(user.id) ? 'imported' : (takenBy(user, taken) ?? { member: 'id', problem: 'taken' }));
}

/** What would come of it. */
async function check({ db }: AccountParts, batch: readonly Candidate[]): Promise<(user: ImportedUser) => Fate> {
  const taken = await findTaken(
    db,
    batch.map(({ user }) => user),
  );
  return (user) => takenBy(user, taken) ?? 'imported';
}

/** Undefined when nobody has the address or the id. */
function takenBy({ id, idIsGiven, emailKey }: ImportedUser, { idOf, ids }: Taken): Fate | undefined {
  const owner = idOf.get(emailKey);
  if (owner === undefined) return ids.has(id) ? { member: 'id', problem: 'taken' } : undefined;
  return owner === id || !idIsGiven ? 'present' : { member: 'email', problem: 'taken' };
}
