import { accessSync, closeSync, constants, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BadLine, LineProblem } from '../../accounts/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import type { Progress } from '../progress.ts';
import type { Input } from './input.ts';

const PROBLEMS: Readonly<Record<LineProblem, string>> = {
  too_long: 'is longer than 16 KiB',
  no_object: 'is no JSON object in UTF-8',
  missing: 'is missing',
  unknown: 'is no member that we know',
  invalid: 'is not what it should be',
  taken: 'is another user’s already',
  hash_unknown: 'is of no kind that we can check: bcrypt, scrypt, PBKDF2, Argon2',
  hash_too_costly: 'takes too long to check',
};

/** What `invalid` means, where more can be said. */
const INVALID: Readonly<Record<string, string>> = {
  email: 'is no e-mail address',
  email_verified: 'has to be true or false',
  name: 'has to be a text without control characters, of 200 characters at most',
  locale: 'is no language tag, such as de or fr-CA',
  status: 'has to be active or disabled',
  password_hash: 'has to be a text',
  id: 'is no UUID',
  created_at: 'is no time, such as 2024-03-01T12:00:00Z',
  last_login_at: 'is no time, such as 2024-03-01T12:00:00Z',
};

/** Tells of the lines that could not be taken, as they come: in a file, or on standard error. Never says what they hold. */
export class BadLines {
  readonly #path: string | undefined;
  readonly #progress: Progress;
  #file: number | undefined;

  /** Until there is a bad line, the file stays as it is. @throws OperatorError when it cannot be written. */
  constructor(path: string | undefined, input: Input, progress: Progress) {
    if (path !== undefined) mustTake(path, input);
    this.#path = path;
    this.#progress = progress;
  }

  readonly tell = ({ number, faults }: BadLine): void => {
    const reasons = faults.map(({ member, problem }) =>
      member === undefined ? PROBLEMS[problem] : `${readable(member)} ${wordsFor(member, problem)}`,
    );
    const line = `line ${number}: ${reasons.join('; ')}\n`;
    if (this.#path !== undefined) {
      this.#file ??= writable(this.#path, () => openSync(this.#path ?? '', 'w', 0o600));
      return void writeSync(this.#file, line);
    }
    this.#progress.clear();
    process.stderr.write(line);
  };

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}

const wordsFor = (member: string, problem: LineProblem): string =>
  (problem === 'invalid' && INVALID[member]) || PROBLEMS[problem];

/** A member's name comes from the file: it may be long, and do things to a terminal. */
const readable = (member: string): string => member.replace(/[^\w.-]/g, '?').slice(0, 40);

/** Emptied for the bad lines, the input would be lost. */
function mustTake(path: string, input: Input): void {
  const there = writable(path, () => {
    const stats = statSync(path, { throwIfNoEntry: false });
    accessSync(stats ? path : dirname(path), constants.W_OK);
    return stats;
  });
  if (there && input.is(there)) throw operatorError('--errors', `${path} is the file to import: name another one`);
  if (there?.isDirectory()) throw operatorError('--errors', `${path} is a folder: name a file`);
}

function writable<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw operatorError('--errors', `${path} cannot be written (${(error as NodeJS.ErrnoException).code})`, error);
  }
}
