import { randomBytes } from 'node:crypto';
import { RelyingParty } from './relying-party.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';

export type Pair = readonly [TestServer, TestServer];

/** Two servers that are one to the outside: one database, one issuer, one master key. */
export async function startPair(env: Record<string, string> = {}, options: TestServerOptions = {}): Promise<Pair> {
  const shared = { MASTER_KEY: randomBytes(32).toString('base64'), ...env };
  const first = await startServer({ ...options, env: shared });
  const databaseUrl = first.config.databaseUrl ?? '';
  return [first, await startServer({ ...options, env: { ...shared, ISSUER: first.issuer }, databaseUrl })];
}

export async function closePair(pair: Pair): Promise<void> {
  for (const server of pair.toReversed()) await server.close();
}

/** Where a node listens, whatever its issuer is called. */
export const nodeOf = ({ config }: TestServer): string => `http://127.0.0.1:${config.port}`;

/** The same relying party, talking to another node. */
export function at(party: RelyingParty, server: TestServer): RelyingParty {
  return Object.assign(new RelyingParty(nodeOf(server)), { verifier: party.verifier });
}
