/**
 * The database's time. It decides whatever several nodes have to agree on to the second, such as when a session ends: their
 * own clocks may differ, and jump.
 */
export interface DatabaseClock {
  /** Milliseconds that it is taken to be ahead of what it says; only a test moves time by it. */
  readonly ahead: number;
}

export const databaseClock: DatabaseClock = { ahead: 0 };

/**
 * Now, in SQL: when the statement began, so that all of a statement has one time.
 * @param ahead the placeholder that `ahead` is bound to, such as `$1`
 */
export const now = (ahead: string): string => `(statement_timestamp() + ${ahead}::float8 * interval '1 ms')`;
