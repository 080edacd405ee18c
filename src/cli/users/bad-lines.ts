import { closeSync, openSync, writeSync } from 'node:fs';
import type { BadLine, LineProblem } from '../../accounts/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import type { Progress } from '../progress.ts';

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
  readonly #file: number | undefined;
  readonly #progress: Progress;

  /** @throws OperatorError when the file cannot be written. */
  constructor(path: string | undefined, progress: Progress) {
    this.#file = path === undefined ? undefined : openForWriting(path);
    this.#progress = progress;
  }

  readonly tell = ({ number, faults }: BadLine): void => {
    const reasons = faults.map(({ member, problem }) =>
      member === undefined ? PROBLEMS[problem] : `${readable(member)} ${wordsFor(member, problem)}`,
    );
    const line = `line ${number}: ${reasons.join('; ')}\n`;
    if (this.#file !== undefined) return void writeSync(this.#file, line);
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

function openForWriting(path: string): number {
  try {
    return openSync(path, 'w', 0o600);
  } catch (error) {
    throw operatorError('--errors', `${path} cannot be written (${(error as NodeJS.ErrnoException).code})`, error);
  }
}
