import assert from 'node:assert/strict';
import { cookieOf } from '../../support/cookies.ts';
import { declaration } from '../../support/declaration.ts';
import { DAY } from '../../support/keys.ts';
import { askSilently, newPerson, signIn } from '../../support/people.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';
import { UserAgent } from '../../support/user-agent.ts';

const request = { client_id: 'web', scope: 'openid email' };
const yaml = `cookie_keys: { rotate_every: ${DAY} }\n${declaration}`;

describe('cookie keys that change every day', () => {
  let database: TestDatabase;
  let clock: TestClock;
  let node: TestServer;
  before(async () => {
    database = await createTestDatabase();
    clock = new TestClock();
  });
  after(async () => {
    await node?.close();
    await database.drop();
  });

  const PORT = async () => new URL(node.issuer).port;
  const [NEW, OLD] = [8, 7].map((byte) => Buffer.alloc(32, byte).toString('base64')) as [string, string];
  const start = (env: Record<string, string>) => startServer({ databaseUrl: database.url, clock, yaml, env });

  it('know a session for all its life, at any node, and after the master key has changed', async () => {
    node = await start({ MASTER_KEY: OLD });
    const party = new RelyingParty(node.issuer);
    const agent = new UserAgent(node.issuer);
    await signIn(agent, party, request, await newPerson(node.issuer));
    const first = await cookieOf(agent, 'gatehouse_session.sig');
    clock.advance(13 * DAY);
    const port = await PORT();
    await node.close();
    node = await start({ MASTER_KEY: `${NEW},${OLD}`, PORT: port });
    assert.ok((await askSilently(agent, party, request))['code']);
    const second = await cookieOf(agent, 'gatehouse_session.sig');
    assert.notEqual(second.value, first.value, 'it was set again, by the key of the day');
    const { cookies = [] } = (await agent.jar.serialize()) ?? {};
    const kept = cookies.find(({ key }) => key === 'gatehouse_session.sig');
    assert.ok(kept?.['expires'], 'and is kept when the browser is closed, as the session is');
  });

  it('take a form that was opened before the key changed', async () => {
    const agent = new UserAgent(node.issuer);
    const page = await agent.open('/account/register');
    clock.advance(2 * DAY);
    const sent = await agent.submit(page, {
      name: 'Ada',
      email: 'ada-late@example.com',
      password: 'correct horse battery staple',
    });
    assert.match(sent.text, /Your account is ready/);
  });
});
