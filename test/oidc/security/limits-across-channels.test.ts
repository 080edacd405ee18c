import assert from 'node:assert/strict';
import { type SinonFakeTimers, useFakeTimers } from 'sinon';
import { POLICY } from '../../../src/limits/index.ts';
import { wrongCode } from '../../support/accounts.ts';
import { Api, firstPartyDeclaration } from '../../support/api.ts';
import { NativeApp, newUser } from '../../support/challenge.ts';
import { newestCode } from '../../support/demo.ts';
import { signInAt } from '../../support/people.ts';
import { newEmail, PASSWORD, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { UserAgent } from '../../support/user-agent.ts';

const [FORGOT, REGISTER, VERIFY] = ['/account/forgot-password', '/account/register', '/account/verify-email'];
const WRONG = `${PASSWORD}.`;
const yaml = firstPartyDeclaration.replace('require_verified_email: false', 'require_verified_email: true');

/** Four, instead of twenty, which would need a new mail on the way. */
const limits = { ...POLICY, code: { ...POLICY.code, address: { points: 4, seconds: 600 } } };

describe('limits, across the pages, the challenge and /v1/accounts', () => {
  let server: TestServer;
  let app: NativeApp;
  let api: Api;
  let date: SinonFakeTimers;
  before(async () => {
    server = await startServer({ yaml, limits, jobs: true });
    app = new NativeApp(server.issuer);
    api = new Api(server.issuer);
  });
  beforeEach(() => {
    date = useFakeTimers({ toFake: ['Date'], now: Date.now() });
  });
  afterEach(() => date.restore());
  after(() => server.close());

  const isTooMany = ({ status, headers }: { readonly status: number; readonly headers: Headers }) => {
    assert.equal(status, 429);
    assert.match(headers.get('retry-after') ?? '', /^[1-9]\d*$/);
  };

  it('[30] count wrong passwords together, whether typed on the page or sent by an application', async () => {
    const { username: email } = await newUser(server.issuer);
    const agent = new UserAgent(server.issuer);
    const page = await agent.open(new RelyingParty(server.issuer).authorizeUrl({ client_id: 'own', scope: 'openid' }));
    const onPage = (password = WRONG) => signInAt(agent, page, { email, password });
    const byApp = (password = WRONG) => app.signIn({ username: email, password });
    for (let tries = 0; tries < 3; tries += 1) assert.equal((await onPage()).status, 400);
    for (let tries = 0; tries < 2; tries += 1) assert.equal((await byApp()).status, 400);
    for (const password of [WRONG, PASSWORD]) {
      isTooMany(await byApp(password));
      isTooMany(await onPage(password));
    }
  });

  it('[30] count wrong codes together', async () => {
    const agent = new UserAgent(server.issuer);
    const user = { username: newEmail(), password: PASSWORD };
    await agent.submit(await agent.open(REGISTER), { name: 'Ada', email: user.username, password: PASSWORD });
    const page = await agent.open(VERIFY);
    const right = await newestCode(server.issuer, user.username);
    const { body } = await app.signIn(user);
    const auth_session = String(body['auth_session']);
    const byApp = (code: string) => app.post('/oauth2/challenge', { auth_session, code });
    const onPage = (code: string) => agent.submit(page, { code });
    for (let tries = 0; tries < 2; tries += 1) assert.equal((await onPage(wrongCode(right))).status, 400);
    for (let tries = 0; tries < 2; tries += 1) assert.equal((await byApp(wrongCode(right))).status, 403);
    isTooMany(await byApp(right));
    isTooMany(await onPage(right));
  });

  it('[30] count the mails together that are asked for', async () => {
    const { username: email } = await newUser(server.issuer);
    const agent = new UserAgent(server.issuer);
    const onPage = async () => agent.submit(await agent.open(FORGOT), { email });
    const byApi = () => api.post('/v1/accounts/password-reset?client_id=app', { email });
    assert.equal((await onPage()).status, 200);
    for (let mails = 0; mails < 2; mails += 1) assert.equal((await byApi()).status, 202);
    isTooMany(await onPage());
    isTooMany(await byApi());
  });
});
