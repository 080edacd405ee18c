/** Something that the server needs did not answer, or not in time: nobody knows just now, and the request may come again. */
export class Away extends Error {
  /** By which the engine answers. */
  readonly statusCode = 503;

  constructor(what: string, cause: unknown) {
    super(`${what} does not answer`, { cause });
    this.name = 'Away';
  }
}

/** Codes of PostgreSQL's: it ends, has no connection left, or the connection is no more. And of the network's. */
const CODES =
  /^(57P0[1-3]|53300|08...|ECONN(REFUSED|RESET|ABORTED)|ENOTFOUND|EAI_AGAIN|E(HOST|NET)UNREACH|ETIMEDOUT|EPIPE)$/;

/** What pg and Knex say without a code. A transaction tells what became of its rollback, on a connection that is no more. */
const WORDS = /Connection (terminated|ended)|is not queryable|timeout expired|Timeout acquiring|Unable to acquire/i;

interface Told {
  readonly code?: string;
  readonly message?: string;
  readonly syscall?: string;
}

/** Whether it was the database that went away, rather than a statement that was wrong. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '', syscall } = (error ?? {}) as Told;
  const hasNoSocket = code === 'ENOENT' && syscall === 'connect';
  return CODES.test(code) || hasNoSocket || WORDS.test(message);
}

/** Whether what failed may be asked for again in a moment. A database that takes no writes (25006) is about to fail over. */
export const isAway = (error: unknown): boolean =>
  error instanceof Away || isConnectionLost(error) || (error as Told | undefined)?.code === '25006';
