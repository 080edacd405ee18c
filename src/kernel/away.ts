/** Something that the server needs did not answer, or not in time: nobody knows just now, and the request may come again. */
export class Away extends Error {
  /** By which the engine answers. */
  readonly statusCode = 503;

  constructor(what: string, cause: unknown) {
    super(`${what} does not answer`, { cause });
    this.name = 'Away';
  }
}

/** Whether it was the database that went away, rather than a statement that was wrong. */
export function isConnectionLost(error: unknown): boolean {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  return /^(57P0[1-3]|08...|E[A-Z]+)$/.test(code) || /Connection (terminated|ended)|Unable to acquire/i.test(message);
}

/** Whether what failed may be asked for again in a moment. A database that takes no writes (25006) is about to fail over. */
export const isAway = (error: unknown): boolean =>
  error instanceof Away || isConnectionLost(error) || (error as { code?: string } | undefined)?.code === '25006';
