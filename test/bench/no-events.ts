export { appendAlone } from '../../src/events/index.ts';

/** No row is made, … */
export const eventRows = (): string => '';

/** … and the step of the statement that would insert it reads nothing: PostgreSQL leaves it out. */
export const appendSql = (rows: string): string => `select ${rows}::text`;
