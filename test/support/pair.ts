import { randomBytes } from 'node:crypto';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

/** Two servers that are one to the outside: one database, one issuer, one master key. */
export async function startPair({ env, ...options }: TestServerOptions = {}): Promise<[TestServer, TestServer]> {
  const shared = { MASTER_KEY: randomBytes(32).toString('base64'), ...env };
  const first = await startServer({ env: shared, ...options });
  const databaseUrl = first.config.databaseUrl ?? '';
  return [first, await startServer({ env: { ...shared, ISSUER: first.issuer }, ...options, databaseUrl })];
}

/** Where a node listens, whatever its issuer is called. */
export const nodeOf = ({ config }: TestServer): string => `http://127.0.0.1:${config.port}`;

export async function closePair(pair: readonly TestServer[]): Promise<void> {
  for (const server of pair.toReversed()) await server.close();
}
