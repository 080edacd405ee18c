import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { useFakeTimers } from 'sinon';
import { POLICY, type Policy } from '../../../src/limits/index.ts';
import { enter } from '../../support/account-page.ts';
import { wrongCode } from '../../support/accounts.ts';
import { Api, type ApiAnswer, firstPartyDeclaration } from '../../support/api.ts';
import { layCable } from '../../support/cable.ts';
import { declaration } from '../../support/declaration.ts';
import { newestCode, newestMail } from '../../support/demo.ts';
import { newPerson, signInAt } from '../../support/people.ts';
import { startRedis } from '../../support/redis.ts';
import { newEmail, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer, type TestServerOptions } from '../../support/server.ts';
import { installTimeout } from '../../support/system.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';
import { type Page, UserAgent } from '../../support/user-agent.ts';

const [FORGOT, REGISTER, VERIFY] = ['/account/forgot-password', '/account/register', '/account/verify-email'];
const RESET = '/account/reset-password';

/** Three from each network, instead of hundreds. */
const three = { points: 3, seconds: 600 };
const few = Object.fromEntries(
  Object.entries(POLICY).map(([name, each]) => [name, { ...each, network: three }]),
) as Policy;

const csrfOf = (page: Page) => /name="_csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
const isTooMany = (page: Page, most = 600) => {
  assert.equal(page.status, 429, page.text);
  const wait = Number(page.headers.get('retry-after'));
  assert.ok(Number.isInteger(wait) && wait > 0 && wait <= most, String(wait));
};

/** Sends the form of a page until it is too often; the page that says so. */
async function wearOutBy(agent: UserAgent, page: Page, fields: () => Record<string, string>): Promise<Page> {
  for (let count = 0; count < 3; count += 1) assert.notEqual((await agent.submit(page, fields())).status, 429);
  const last = await agent.submit(page, fields());
  isTooMany(last);
  assert.match(last.text, /<p class="notice bad">[^<]*try again in|ask again in/);
  return last;
}

describe('limits by network and by address', function () {
  this.timeout(20_000);
  const servers: TestServer[] = [];
  const start = async (options: TestServerOptions) => {
    const server = await startServer(options);
    servers.push(server);
    return server;
  };
  after(() => Promise.all(servers.map((server) => server.close())));

  /** The statuses of asking for resets, one for each chain of `X-Forwarded-For`; each for another address. */
  async function ask({ issuer }: TestServer, chains: readonly (string | undefined)[]): Promise<number[]> {
    const statuses: number[] = [];
    for (const chain of chains) {
      const agent = new UserAgent(issuer, chain ? { 'x-forwarded-for': chain, forwarded: `for=${chain}` } : {});
      const page = await agent.open(FORGOT);
      statuses.push((await agent.post(FORGOT, { _csrf: csrfOf(page), email: newEmail() })).status);
    }
    return statuses;
  }

  it('[26] are not escaped by X-Forwarded-For, which counts from nobody', async () => {
    const server = await start({ limits: few });
    const made = ['203.0.113.1', '203.0.113.2', '2001:db8::1', '198.51.100.4, 203.0.113.5', undefined];
    assert.deepEqual(await ask(server, made), [200, 200, 200, 429, 429]);
  });

  it('[26] go by what a trusted proxy says, IPv6 by /64 and IPv4 in any form; what was said before it is not believed', async () => {
    const server = await start({ limits: few, env: { TRUST_PROXY: '127.0.0.1' } });
    const home = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:0DB8:0001:0002:0:0:0:9', '2001:db8:1:2:3:4:5:6'];
    assert.deepEqual(await ask(server, home), [200, 200, 200, 429]);
    assert.deepEqual(await ask(server, ['2001:db8:1:3::1']), [200]);
    const four = ['192.0.2.7', '::ffff:192.0.2.7', '::ffff:c000:207', '203.0.113.77, 192.0.2.7'];
    assert.deepEqual(await ask(server, four), [200, 200, 200, 429]);
    assert.deepEqual(await ask(server, ['192.0.2.8']), [200]);
  });

  it('[30] are on every form that mails, makes an account, or takes a code or a password', async () => {
    const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
    const server = await start({ limits: few, yaml, jobs: true });
    const party = new RelyingParty(server.issuer);
    const agent = new UserAgent(server.issuer);
    const wearOut = (page: Page, fields: () => Record<string, string>) => wearOutBy(agent, page, fields);
    const person = { name: 'Ada', email: newEmail(), password: PASSWORD };
    const registered = await wearOut(await agent.open(REGISTER), () => person);
    for (const kept of ['value="Ada"', `value="${person.email}"`]) assert.ok(registered.text.includes(kept));
    assert.ok(!registered.text.includes(PASSWORD));
    await wearOut(await agent.open(VERIFY), () => ({ code: '000000' }));
    await wearOut(await agent.open(VERIFY), () => ({ again: 'yes' }));
    const forgot = await wearOut(await agent.open(FORGOT), () => ({ email: newEmail() }));
    assert.match(forgot.text, /value="[^"]+@/);
    await wearOut(await agent.open(`${RESET}?token=not-a-token`), () => ({ password: PASSWORD }));
    const page = await agent.open(party.authorizeUrl({ client_id: 'web' }));
    await wearOut(page, () => ({ email: newEmail(), password: PASSWORD }));
    const { links } = await newestMail(server.issuer, person.email, 'Confirm your address');
    const confirmed = await agent.submit(await agent.open(links[0]), {});
    assert.match(confirmed.text, /confirmed/i, 'a link works whatever was tried');
  });

  it('[30] are on what /v1 does of that, and on the form for another address', async () => {
    const server = await start({ limits: few, yaml: firstPartyDeclaration, env: { TRUST_PROXY: '127.0.0.1' } });
    const api = new Api(server.issuer);
    const email = newEmail();
    for (const [path, body] of [
      ['', { password: PASSWORD }],
      ['/verification', {}],
      ['/password-reset', {}],
      ['/reset-password', { email: undefined, token: 'not-a-token', password: PASSWORD }],
    ] as const) {
      const answers: ApiAnswer[] = [];
      for (const each of [email, newEmail(), newEmail(), newEmail()])
        answers.push(await api.post(`/v1/accounts${path}?client_id=app`, { email: each, ...body }));
      const taken = path === '/reset-password' ? 400 : 202;
      const statuses = answers.map(({ status }) => status);
      assert.deepEqual(statuses, [taken, taken, taken, 429], path);
      assert.match(answers[3]?.headers.get('retry-after') ?? '', /^[1-9]\d*$/, path);
    }
    const elsewhere = new UserAgent(server.issuer, { 'x-forwarded-for': '203.0.113.9' });
    const page = await enter(elsewhere, { email, password: PASSWORD }, '/account/email');
    const last = await wearOutBy(elsewhere, page, () => ({ email: newEmail() }));
    assert.match(last.text, /value="[^"]+@/, 'what was typed is kept');
  });

  it('[30] give nobody more tries at codes for having new ones mailed; the link works on', async () => {
    const yaml = declaration.replace('require_verified_email: false', 'require_verified_email: true');
    const code = { address: { points: 6, seconds: 600 }, network: POLICY.code.network };
    const clock = new TestClock();
    const server = await start({ limits: { ...POLICY, code }, yaml, jobs: true, clock });
    const agent = new UserAgent(server.issuer);
    const email = newEmail();
    const page = await agent.submit(await agent.open(REGISTER), { name: 'Ada', email, password: PASSWORD });
    const first = await newestCode(server.issuer, email);
    for (let tries = 0; tries < 4; tries += 1) await agent.submit(page, { code: wrongCode(first) });
    clock.advance(61);
    await agent.submit(page, { again: 'yes' });
    const second = await until('a new code', async () => {
      const code = await newestCode(server.issuer, email);
      return code !== first && code;
    });
    for (let tries = 0; tries < 2; tries += 1)
      assert.equal((await agent.submit(page, { code: wrongCode(second) })).status, 400);
    const right = await agent.submit(page, { code: second });
    isTooMany(right);
    assert.match(right.text, /Open the link in the mail instead/);
    const { links } = await newestMail(server.issuer, email, 'Confirm your address');
    assert.match((await agent.submit(await agent.open(links[0]), {})).text, /confirmed/i);
  });

  it('[30] are shared by all servers on one database', async () => {
    const env = { MASTER_KEY: randomBytes(32).toString('base64') };
    const one = await start({ env });
    const other = await start({ env, databaseUrl: one.config.databaseUrl ?? '' });
    const { email } = await newPerson(one.issuer);
    const tryAt = async ({ issuer }: TestServer) => {
      const agent = new UserAgent(issuer);
      const page = await agent.open(new RelyingParty(issuer).authorizeUrl({ client_id: 'own', scope: 'openid' }));
      return (await signInAt(agent, page, { email, password: `${PASSWORD}.` })).status;
    };
    const date = useFakeTimers({ toFake: ['Date'], now: Date.now() });
    try {
      const statuses: number[] = [];
      for (const server of [one, other, one, other, one, other, one]) statuses.push(await tryAt(server));
      assert.deepEqual(statuses, [400, 400, 400, 400, 400, 429, 429]);
    } finally {
      date.restore();
    }
  });

  it('[30] [R8] go on while Redis is away: pages answer, and nobody is let off', async function () {
    this.timeout(installTimeout);
    const node = await startRedis();
    const cable = await layCable(node.port);
    const server = await start({ limits: few, env: { REDIS_URL: `redis://127.0.0.1:${cable.port}` } });
    assert.deepEqual(await ask(server, [undefined, undefined]), [200, 200]);
    await cable.cut();
    await until('the loss is noticed', () => server.logs().includes('redis connection lost'));
    assert.deepEqual(await ask(server, Array(4).fill(undefined)), [200, 200, 200, 429]);
    await cable.mend();
    const ready = async () => (await fetch(`${server.issuer}/readyz`)).status === 200;
    await until('it is back', ready);
    assert.deepEqual(await ask(server, [undefined, undefined]), [200, 429], 'it counts on where it was');
    await cable.cut();
    await node.stop();
  });
});
