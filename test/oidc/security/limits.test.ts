import assert from 'node:assert/strict';
import { argon2HashesOf } from '../../support/password-hashing.ts';
import { newPerson } from '../../support/people.ts';
import { PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

describe('limits on what may be tried', () => {
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    server = await startServer();
    party = new RelyingParty(server.issuer);
  });
  after(() => server.close());

  it('[30] verifies at most 5 of 50 wrong passwords tried at once', async () => {
    const { email } = await newPerson(server.issuer);
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(party.authorizeUrl({ client_id: 'web' }));
    let statuses: number[] = [];
    const hashes = await argon2HashesOf(async () => {
      const tries = Array.from({ length: 50 }, () => agent.submit(page, { email, password: `${PASSWORD}.` }));
      statuses = (await Promise.all(tries)).map(({ status }) => status);
    });
    assert.equal(hashes, 5);
    assert.equal(statuses.filter((status) => status === 429).length, 45);
  });
});
