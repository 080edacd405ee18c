import type { Knex } from 'knex';
import { sha256 } from './ids.ts';

/** A statement that is run often: its text in PostgreSQL's own words (`$1`), under a name that no other text has. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

interface Answer<Row> {
  readonly rows: readonly Row[];
  /** Rows that were found or changed. */
  readonly rowCount: number;
}

/**
 * Runs a statement that is needed at almost every request, on the transaction's connection where `db` is one. Past
 * Knex's builder, which takes longer to put a statement together than all else takes to have it answered; and by its
 * name, so that PostgreSQL plans it once for each connection. Its columns are to be named one by one: a statement of
 * `*` would fail where another version's migration adds one (checklist R13).
 */
export async function run<Row>(db: Knex, statement: Statement, values: readonly unknown[]): Promise<Answer<Row>> {
  const { client } = db;
  const connection = await client.acquireConnection();
  try {
    return await asked(connection, new client.driver.Query(statement.text, values), statement.name);
  } catch (error) {
    // Told of where it was asked, and not of where the answer was read.
    if (error instanceof Error) Error.captureStackTrace(error);
    throw error;
  } finally {
    client.releaseConnection(connection);
  }
}

/** By a query that is there already: of a name and a text pg first makes a copy, which takes as long as to send it. */
function asked<Row>(connection: { query(query: object): void }, query: object, name: string): Promise<Answer<Row>> {
  return new Promise((resolve, reject) => {
    const callback = (error: Error | null, answer: Answer<Row>) => (error ? reject(error) : resolve(answer));
    connection.query(Object.assign(query, { name, callback }));
  });
}

/** Those that were put together before: of few kinds, however often. */
const known = new Map<string, Statement>();

/**
 * The statement of a text that is put together at each use, of few kinds of steps, with `?` where a value goes. The same text
 * is the same statement, so that it is numbered, named and planned once.
 */
export function statementOf(sql: string): Statement {
  const before = known.get(sql);
  if (before) return before;
  const [first = '', ...others] = sql.split('?');
  const text = first + others.map((part, at) => `$${at + 1}${part}`).join('');
  const statement = { name: `put-together-${sha256(text).toString('base64url')}`, text };
  known.set(sql, statement);
  return statement;
}
