import assert from 'node:assert/strict';
import { declaration } from '../../support/declaration.ts';
import { addressOf, csrfOf } from '../../support/forms.ts';
import { argon2HashesOf } from '../../support/password-hashing.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { newEmail, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { seen } from '../../support/seen.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';
import { tapWire, type Wire } from '../../support/wire.ts';

const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
const NEW = 'an entirely different battery';
const [REGISTER, FORGOT] = ['/account/register', '/account/forgot-password'];
const web = { client_id: 'web', scope: 'openid email' };

describe('known and unknown addresses', function () {
  this.timeout(40_000);
  let database: TestDatabase;
  let wire: Wire;
  let server: TestServer;
  let party: RelyingParty;
  before(async () => {
    database = await createTestDatabase();
    wire = await tapWire(database.url);
    server = await startServer({ yaml, databaseUrl: wire.url });
    party = new RelyingParty(server.issuer);
    // The first check after a start makes a hash more, for whomever it is: test/unit/accounts/password.test.ts.
    const agent = new UserAgent(server.issuer);
    await agent.submit(await agent.open(party.authorizeUrl(web)), { email: newEmail(), password: PASSWORD });
  });
  after(async () => {
    await server.close();
    await wire.close();
    await database.drop();
  });

  const register = async (agent: UserAgent, email: string) =>
    agent.submit(await agent.open(REGISTER), { email, password: PASSWORD });

  /** Of a kind: somebody registered and unproved, somebody proved, somebody disabled, nobody. */
  async function people(): Promise<Record<string, string>> {
    const emails = { unproved: newEmail(), proved: newEmail(), disabled: newEmail(), 'without password': newEmail() };
    for (const email of Object.values(emails)) await register(new UserAgent(server.issuer), email);
    await server.db('users').where({ email: emails.proved }).update({ email_verified: true });
    await server.db('users').where({ email: emails.disabled }).update({ status: 'disabled' });
    await server.db('users').where({ email: emails['without password'] }).update({ password_hash: null });
    return { ...emails, unknown: newEmail() };
  }

  /** What a stranger sees of `act`, and what it costs, for each kind of person: the same. */
  async function expectSame(act: (email: string, agent: UserAgent) => Promise<() => Promise<Page>>, hashes: number) {
    const all = await people();
    const observed: [string, unknown][] = [];
    // The unknown one first as well: nothing is made for whoever comes first.
    for (const [kind, email] of [['unknown at first', newEmail()], ...Object.entries(all)] as const) {
      const post = await act(email ?? '', new UserAgent(server.issuer));
      let page: Page | undefined;
      let argon2 = 0;
      const statements = await wire.statementsOf(async () => {
        argon2 = await argon2HashesOf(async () => {
          page = await post();
        });
      });
      assert.ok(page);
      observed.push([kind ?? '', { ...seen(page, email ?? ''), statements: statements.length, argon2 }]);
      assert.equal(argon2, hashes, `${kind}: hashes`);
      assert.ok(page.status < 500);
    }
    for (const [kind, what] of observed) assert.deepEqual(what, observed[0]?.[1], `${kind} as unknown`);
  }

  /** Opens a page; what posts its form without following the answer. */
  const posting = async (agent: UserAgent, page: Page, fields: Record<string, string>) => () =>
    agent.post(addressOf(page), { _csrf: csrfOf(page), ...fields });

  it('[29] are the same at sign-in with a wrong password', () =>
    expectSame(async (email, agent) => {
      const page = await agent.open(party.authorizeUrl(web));
      return posting(agent, page, { email, password: `${PASSWORD} wrong` });
    }, 1));

  it('[29] are the same where an account is made', () =>
    expectSame(async (email, agent) => posting(agent, await agent.open(REGISTER), { email, password: NEW }), 1));

  it('[29] are the same where an account is made a second time', () =>
    expectSame(async (email, agent) => {
      await register(agent, email);
      return posting(agent, await agent.open(REGISTER), { email, password: NEW });
    }, 1));

  it('[29] are the same where a password was forgotten', () =>
    expectSame(async (email, agent) => posting(agent, await agent.open(FORGOT), { email }), 0));

  it('[29] are the same where a mail is asked for again', () =>
    expectSame(async (email, agent) => {
      const page = await register(agent, email);
      return posting(agent, page, { again: 'yes' });
    }, 0));

  it('[29] are the same where a wrong code is typed, also when it is void', async () => {
    for (const before of [0, 5])
      await expectSame(async (email, agent) => {
        const page = await register(agent, email);
        const type = await posting(agent, page, { code: '000000' });
        for (let tries = 0; tries < before; tries += 1) await type();
        return type;
      }, 0);
  });

  it('[29] are the same after all of it: the page that follows a registration', () =>
    expectSame(async (email, agent) => {
      const page = await register(agent, email);
      return () => agent.get(page.url);
    }, 0));
});
