import assert from 'node:assert/strict';
import type { ApiAnswer } from './api.ts';
import { platform, type SessionCaller } from './candidates.ts';
import { operatorDeclaration } from './operator.ts';
import { createTestDatabase } from './postgres.ts';
import { startServer, type TestServer, type TestServerOptions } from './server.ts';
import { tapWire } from './wire.ts';

/** What a server keeps up to date by itself, whenever it is told to. */
const BEHIND = /signing_keys|pairwise_salts|from revocations/;

/** A server whose statements are counted, and an assessment platform's service that calls it. */
export interface CountedPlatform {
  readonly server: TestServer;
  readonly service: SessionCaller;
  /** The server's database past the wire, where nothing is counted. */
  readonly databaseUrl: string;
  /** What `work` was answered; it cost so many statements. */
  counted(count: number, work: () => Promise<ApiAnswer>): Promise<ApiAnswer>;
  close(): Promise<void>;
}

export async function startCountedPlatform(
  options: Pick<TestServerOptions, 'databaseClock'> = {},
): Promise<CountedPlatform> {
  const database = await createTestDatabase();
  const wire = await tapWire(database.url);
  const server = await startServer({ yaml: operatorDeclaration, databaseUrl: wire.url, ...options });
  return {
    server,
    service: await platform(server),
    databaseUrl: database.url,
    async counted(count, work) {
      let answer: ApiAnswer | undefined;
      const all = await wire.statementsOf(async () => {
        answer = await work();
      });
      const statements = all.filter((statement) => !BEHIND.test(statement));
      assert.equal(statements.length, count, statements.join('\n'));
      return answer ?? assert.fail();
    },
    async close() {
      await server.close();
      await wire.close();
      await database.drop();
    },
  };
}
