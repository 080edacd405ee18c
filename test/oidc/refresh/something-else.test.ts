import assert from 'node:assert/strict';
import { decodeJwt } from 'jose';
import { queuedJobs } from '../../support/accounts.ts';
import { CALLBACK, SECRET } from '../../support/declaration.ts';
import { DpopKey, ProvingParty } from '../../support/dpop.ts';
import { expectInvariants } from '../../support/invariants.ts';
import { type AuthorizationRequest, obtainCode, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { TestClock } from '../../support/test-clock.ts';

const [ORDERS, STOCK] = ['https://orders.example.com', 'https://stock.example.com'];
const SCOPE = 'openid email offline_access orders:read stock:read';
const REFUSED = [400, { error: 'invalid_grant', error_description: 'grant request is invalid' }];
const TELLING = ['identity.token.reuse-detected.v1', 'identity.token.revoked.v1'];

const client = (id: string, proving: string) => `
  - client_id: ${id}
    ${proving}
    redirect_uris: [${CALLBACK}]
    grant_types: [authorization_code, refresh_token]
    scope: ${SCOPE}`;
const yaml = `
clients:${client('web', 'token_endpoint_auth_method: none')}${client('confidential', `client_secret: ${SECRET}`)}
resources:
  - identifier: ${ORDERS}
    scopes: [orders:read]
  - identifier: ${STOCK}
    scopes: [stock:read]
`;

/** Asks for two APIs at once, which a list of names and values cannot say. */
const forBoth = (request: AuthorizationRequest, party: RelyingParty): RelyingParty =>
  Object.assign(new RelyingParty(party.issuer), {
    authorizeUrl: () =>
      `${party.authorizeUrl({ ...request, resource: ORDERS })}&${new URLSearchParams({ resource: STOCK })}`,
  });

describe('a refresh token that was used just now, and comes for something else', () => {
  let server: TestServer;
  let clock: TestClock;
  let party: RelyingParty;
  before(async () => {
    clock = new TestClock();
    server = await startServer({ yaml, clock });
    party = new RelyingParty(server.issuer);
  });
  after(async () => {
    await expectInvariants(server.db);
    await server.close();
  });

  const credentials = (id: string) => ({ id, secret: id === 'web' ? undefined : SECRET });
  const refresh = async (refresh_token: string, id: string, extra: Record<string, string>, by = party) => {
    const { status, body } = await by.token({ grant_type: 'refresh_token', refresh_token, ...extra }, credentials(id));
    return { status, body };
  };
  const told = ({ status, body }: { status: number; body: object }) => [status, body];

  /** Somebody’s refresh token for both APIs, used for the orders. */
  async function used(id: string, by: RelyingParty = party) {
    const request = { client_id: id, scope: SCOPE, prompt: 'consent' };
    const { code } = await obtainCode(forBoth(request, by), request);
    const { status, body: tokens } = await by.exchange(code, credentials(id), { resource: STOCK });
    assert.equal(status, 200, JSON.stringify(tokens));
    const spent = String(tokens.refresh_token);
    const first = await refresh(spent, id, { resource: ORDERS }, by);
    assert.equal(first.status, 200, JSON.stringify(first.body));
    return { id, spent, sub: decodeJwt(tokens.id_token).sub ?? '', first };
  }
  type Used = Awaited<ReturnType<typeof used>>;

  const isActive = async (token: string) =>
    (await party.post('/oauth2/introspect', { token }, credentials('confidential'))).body.active;
  const tellings = (subject: string) =>
    server.db('events').where({ subject }).whereIn('type', TELLING).orderBy('type').pluck('type');
  const mailsFor = async (sub: string) =>
    (await queuedJobs<{ user_id: string }>(server.db, 'tell_of_reuse')).filter(({ user_id }) => user_id === sub);
  const isLogged = (sub: string) =>
    server
      .logs()
      .split('\n')
      .some((line) => line.includes(sub) && line.includes('used twice'));

  async function nothingEnded({ id, sub, first }: Used, by = party): Promise<void> {
    assert.equal(await isActive(first.body.access_token), true);
    assert.equal((await refresh(first.body.refresh_token, id, { resource: STOCK }, by)).status, 200, 'the successor');
    assert.deepEqual([await tellings(sub), await mailsFor(sub), isLogged(sub)], [[], [], false]);
  }
  async function familyEnded({ id, sub, first }: Used, mails: object[], by = party): Promise<void> {
    assert.equal(await isActive(first.body.access_token), false);
    assert.deepEqual(told(await refresh(first.body.refresh_token, id, { resource: ORDERS }, by)), REFUSED);
    assert.deepEqual([await tellings(sub), await mailsFor(sub), isLogged(sub)], [TELLING, mails, true]);
  }

  const OTHERS: Readonly<Record<string, Record<string, string>>> = {
    'a narrower scope': { resource: ORDERS, scope: 'openid' },
    'another API of the grant': { resource: STOCK },
    'a scope that it never had': { resource: ORDERS, scope: `${SCOPE} profile` },
    'no API at all': {},
  };
  for (const id of ['web', 'confidential'])
    for (const [what, extra] of Object.entries(OTHERS))
      it(`[10] is refused within ten seconds, and nothing ends: ${what}, by ${id}`, async () => {
        const family = await used(id);
        clock.advance(9);
        assert.deepEqual(told(await refresh(family.spent, id, extra)), REFUSED);
        assert.deepEqual(told(await refresh(family.spent, id, { resource: ORDERS })), told(family.first), 'the same');
        await nothingEnded(family);
      });

  for (const id of ['web', 'confidential'])
    it(`[9] ends its family after ten seconds, by ${id}`, async () => {
      const family = await used(id);
      clock.advance(10);
      assert.deepEqual(told(await refresh(family.spent, id, { resource: STOCK })), REFUSED);
      await familyEnded(family, id === 'web' ? [{ app: 'web', user_id: family.sub }] : []);
    });

  it('[7] at once with others: one of two questions is answered, and nothing ends', async () => {
    const family = await used('web');
    const { refresh_token: spent } = family.first.body;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => refresh(spent, 'web', { resource: index % 2 ? ORDERS : STOCK })),
    );
    const [won, ...others] = new Set(
      answers.filter(({ status }) => status === 200).map(({ body }) => JSON.stringify(body)),
    );
    assert.deepEqual(others, []);
    const lost = answers.filter(({ status }) => status !== 200);
    assert.deepEqual([lost.length, lost.map(told)], [10, Array(10).fill(REFUSED)]);
    await nothingEnded({ ...family, first: { status: 200, body: JSON.parse(won ?? '') } });
  });

  it('[10] is refused to whoever proves the key it is bound to, and nothing ends; to a thief as well', async () => {
    const owner = new ProvingParty(server.issuer, await DpopKey.create());
    const thief = new ProvingParty(server.issuer, await DpopKey.create());
    const family = await used('web', owner);
    for (const by of [owner, thief, party])
      assert.deepEqual(told(await refresh(family.spent, 'web', { resource: STOCK }, by)), REFUSED);
    await nothingEnded(family, owner);
  });

  it('[9] ends its family when it is not bound, and comes with a proof that the first did not show', async () => {
    const family = await used('web');
    const thief = new ProvingParty(server.issuer, await DpopKey.create());
    assert.deepEqual(told(await refresh(family.spent, 'web', { resource: STOCK }, thief)), REFUSED);
    await familyEnded(family, [{ app: 'web', user_id: family.sub }]);
  });

  it('[9] ends its family when it comes with another proof, or without one: a secret alone is not what refreshed', async () => {
    const owner = new ProvingParty(server.issuer, await DpopKey.create());
    for (const other of [new ProvingParty(server.issuer, await DpopKey.create()), party])
      for (const resource of [ORDERS, STOCK]) {
        const family = await used('confidential', owner);
        assert.deepEqual(told(await refresh(family.spent, 'confidential', { resource }, other)), REFUSED);
        await familyEnded(family, [], owner);
      }
  });

  it('[10] is refused to another client, and nothing ends', async () => {
    const family = await used('web');
    assert.deepEqual(told(await refresh(family.spent, 'confidential', { resource: STOCK })), REFUSED);
    await nothingEnded(family);
  });
});
