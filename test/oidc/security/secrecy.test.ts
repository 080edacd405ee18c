import assert from 'node:assert/strict';
import { open } from '../../../src/kernel/seal.ts';
import { listKeys, loadKeyRing } from '../../../src/keys/index.ts';
import { sealContext } from '../../../src/keys/sealed-keys.ts';
import { cookieKeysOf, cookieOf } from '../../support/cookies.ts';
import { SECRET } from '../../support/declaration.ts';
import { dumpDatabase, dumpRedis, occurrences } from '../../support/dump.ts';
import { answerOf, newPerson, signIn, signInAt } from '../../support/people.ts';
import { RecordingAgent } from '../../support/recording-agent.ts';
import { startRedis } from '../../support/redis.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { installTimeout } from '../../support/system.ts';
import { UserAgent } from '../../support/user-agent.ts';

const WRONG = 'this is the wrong password 0815';
const URN = 'urn:ietf:params:oauth:request_uri:';
const confidential = { id: 'confidential', secret: SECRET };
const request = { client_id: 'confidential', scope: 'openid email offline_access', prompt: 'consent' };

/** Signs somebody in, and leaves one live artefact of every kind behind. */
async function leaveEverything(server: TestServer) {
  const party = new RelyingParty(server.issuer);
  const agent = new RecordingAgent(server.issuer);
  const person = await newPerson(server.issuer);
  const exchanged = answerOf(await signIn(agent, party, request, person))['code'] ?? '';
  const { body: tokens } = await party.exchange(exchanged, confidential);
  const { code = '' } = answerOf(await agent.open(party.authorizeUrl({ client_id: 'confidential', scope: 'openid' })));
  const push = async () => {
    const { searchParams } = new URL(party.authorizeUrl(request));
    const { body } = await party.post('/oauth2/par', Object.fromEntries(searchParams), confidential);
    return String(body.request_uri);
  };
  const [pushed, opened] = [await push(), await push()];
  const waiting = new RecordingAgent(server.issuer);
  await waiting.open(`/oauth2/authorize?${new URLSearchParams({ client_id: 'confidential', request_uri: opened })}`);
  const registering = new RecordingAgent(server.issuer);
  const signInPage = await registering.open(party.authorizeUrl({ client_id: 'web' }));
  const consent = await signInAt(registering, signInPage, await newPerson(server.issuer));
  const secrets: Record<string, string> = {
    password: person.password,
    'used code': exchanged,
    code: code,
    verifier: party.verifier,
    'access token': tokens.access_token,
    'refresh token': tokens.refresh_token,
    'ID token': tokens.id_token,
    'client secret': SECRET,
    'pushed request': pushed.replace(URN, ''),
    'pushed request, opened': opened.replace(URN, ''),
    'session cookie': (await cookieOf(agent, 'gatehouse_session')).value,
    'session cookie’s signature': (await cookieOf(agent, 'gatehouse_session.sig')).value,
    'csrf secret': (await cookieOf(waiting, 'gatehouse_csrf')).value,
    interaction: (await cookieOf(waiting, 'gatehouse_interaction')).value,
    'interaction at consent': consent.url.split('/').at(-1) ?? '',
    'session at consent': (await cookieOf(registering, 'gatehouse_session')).value,
  };
  for (const [name, value] of Object.entries(secrets)) assert.ok(value?.length > 8, `there is no ${name}`);
  const cookies = [agent, waiting, registering].flatMap((each) => each.cookieValues());
  // Which application, and in whose language.
  const notSecret = new Set(['web', 'confidential', 'web:en', 'confidential:en']);
  cookies
    .filter((value) => !notSecret.has(value))
    .forEach((value, index) => {
      secrets[`cookie ${index} ${value}`] = value;
    });
  return { secrets, person, party, agent, waiting, tokens };
}

/** What the server itself must keep to itself. */
async function keysOf({ db, config }: TestServer): Promise<Record<string, string>> {
  const { salts } = await loadKeyRing(db, config.masterKeys);
  const members = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;
  const privates = (await listKeys(db)).flatMap(({ kid, alg, sealed }) => {
    const privateJwk = sealed ? JSON.parse(open(sealed, config.masterKeys, sealContext(kid, alg))) : {};
    return members.flatMap((name) => (privateJwk[name] ? [[`${name} of ${kid}`, privateJwk[name]] as const] : []));
  });
  assert.ok(privates.length >= 7 && salts.length > 0);
  return Object.fromEntries([
    ...privates,
    ...config.masterKeys.map((key) => ['master key', key.toString('base64url')] as const),
    ...cookieKeysOf(config).map((key) => ['cookie key', key] as const),
    ...salts.map(({ salt = '' }) => ['pairwise salt', salt] as const),
  ]);
}

describe('what is kept to itself', () => {
  describe('in logs and metrics', () => {
    let server: TestServer;
    before(async () => {
      server = await startServer();
    });
    after(() => server.close());

    it('[45] tells of a whole flow and its errors without a secret in it', async () => {
      const { secrets, person, party, agent, tokens } = await leaveEverything(server);
      await misuse(server, { party, agent, person, code: secrets['code'] ?? '', tokens });
      const all = { ...secrets, 'wrong password': WRONG, 'wrong secret': `${SECRET}-wrong`, ...(await keysOf(server)) };
      await expectSilence(server, all);
      assert.ok(server.logs().includes('/interaction/:uid'), 'requests are logged, by route');
    });

    it('[45] tells of its own faults without a secret in it', async () => {
      const { secrets, person, party, agent, tokens } = await leaveEverything(server);
      const hide = ['users', 'oidc_artifacts'];
      const fresh = new UserAgent(server.issuer);
      const page = await fresh.open(party.authorizeUrl({ client_id: 'web' }));
      const register = await fresh.open('/account/register');
      const statuses: number[] = [];
      for (const table of hide) {
        await server.db.raw('alter table ?? rename to hidden', [table]);
        try {
          await misuse(server, { party, agent, person, code: secrets['code'] ?? '', tokens });
          const registered = await fresh.submit(register, { name: 'x', ...person, email: `y${person.email}` });
          const signedIn = await signInAt(fresh, page, person);
          const exchanged = await party.exchange(secrets['code'] ?? '', confidential);
          statuses.push(registered.status, signedIn.status, exchanged.status);
          for (const answer of [registered.text, signedIn.text, JSON.stringify(exchanged.body)]) {
            assert.deepEqual(occurrences(answer, { ...secrets, table: 'oidc_artifacts' }), []);
            assert.doesNotMatch(answer, /relation|select |insert |node_modules|\.ts:\d/);
          }
        } finally {
          await server.db.raw('alter table hidden rename to ??', [table]);
        }
      }
      assert.ok(statuses.filter((status) => status >= 500).length >= 3, `there were faults: ${statuses}`);
      await expectSilence(server, { ...secrets, 'wrong password': WRONG, address: person.email });
      assert.match(server.logs(), /"level":"error"/);
    });
  });

  describe('in a dump', () => {
    it('[46] of the database signs nobody in', async () => {
      const server = await startServer();
      try {
        const { secrets } = await leaveEverything(server);
        const dump = await dumpDatabase(server.db);
        expectKinds(dump, [
          'AccessToken',
          'AuthorizationCode',
          'Grant',
          'Interaction',
          'PushedAuthorizationRequest',
          'RefreshToken',
          'Session',
        ]);
        assert.deepEqual(occurrences(dump, { ...secrets, ...(await keysOf(server)) }), []);
        assert.doesNotMatch(dump, /PRIVATE KEY|"d":/);
        await expectUseless(server, dump);
      } finally {
        await server.close();
      }
    });

    it('[46] of the database and of Redis signs nobody in', async function () {
      this.timeout(installTimeout);
      const redis = await startRedis();
      const server = await startServer({ env: { REDIS_URL: redis.url } });
      try {
        const { secrets } = await leaveEverything(server);
        const all = { ...secrets, ...(await keysOf(server)) };
        const short = await dumpRedis(redis.url);
        expectKinds(short, ['AuthorizationCode', 'Interaction', 'PushedAuthorizationRequest']);
        assert.deepEqual(occurrences(short, all), []);
        const lasting = await dumpDatabase(server.db);
        expectKinds(lasting, ['AccessToken', 'Grant', 'RefreshToken', 'Session']);
        assert.deepEqual(occurrences(lasting, all), []);
        await expectUseless(server, `${short}\n${lasting}`);
      } finally {
        await server.close();
        await redis.stop();
      }
    });
  });
});

interface Misuse {
  readonly party: RelyingParty;
  readonly agent: UserAgent;
  readonly person: { readonly email: string; readonly password: string };
  readonly code: string;
  readonly tokens: Record<string, string>;
}

/** Every wrong way to send a secret: to where it is refused, to where nothing is, in addresses, too much of it. */
async function misuse(server: TestServer, { party, agent, person, code, tokens }: Misuse): Promise<void> {
  const fresh = new UserAgent(server.issuer);
  const page = await fresh.open(party.authorizeUrl({ client_id: 'web', login_hint: person.email }));
  await fresh.submit(page, { ...person, password: WRONG });
  await fresh.post(page.url, { ...person, password: WRONG });
  await fresh.post(page.url, { ...person, password: WRONG.repeat(4000) });
  await fresh.post('/account/register', { ...person, password: WRONG });
  await party.exchange(`${code}x`, confidential);
  await party.exchange(code, { id: 'web' });
  await party.exchange(code, { id: 'confidential', secret: `${SECRET}-wrong` });
  await party.exchange(code, confidential, { code_verifier: party.verifier.slice(1) });
  await party.token({ grant_type: 'password', ...person, username: person.email }, confidential);
  await party.token({ grant_type: 'refresh_token', refresh_token: `${tokens['refresh_token']}x` }, confidential);
  await party.post(
    '/oauth2/introspect',
    { token: tokens['access_token'] ?? '' },
    { ...confidential, secret: `${SECRET}-wrong` },
  );
  await party.post('/oauth2/revoke', { token: tokens['id_token'] ?? '' }, confidential);
  const query = new URLSearchParams({ code, ...tokens, ...person, client_secret: SECRET });
  for (const path of [
    '/oauth2/userinfo',
    '/oauth2/token',
    '/oauth2/logout',
    '/callback',
    '/account/register',
    `/${code}`,
  ]) {
    await agent.get(`${path}?${query}`);
  }
  await agent.get(`/oauth2/logout?id_token_hint=${tokens['id_token']}x`);
  await fetch(`${server.issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${tokens['refresh_token']}` } });
  await fetch(`${server.issuer}/oauth2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${tokens['access_token']}` },
    body: JSON.stringify({ code, ...person }),
  });
}

/** Lines of the last requests are written when their connections are done. */
async function expectSilence(server: TestServer, secrets: Record<string, string>): Promise<void> {
  const metrics = await (await fetch(`${server.issuer}/metrics`)).text();
  assert.match(metrics, /http_request_duration_seconds_count/);
  assert.deepEqual(occurrences(metrics, secrets), [], 'metrics');
  assert.deepEqual(occurrences(server.logs(), secrets), [], 'logs');
}

/** The dump is of what it claims to be of. */
function expectKinds(dump: string, kinds: readonly string[]): void {
  for (const kind of kinds) assert.ok(dump.includes(kind), `there is no ${kind} in the dump`);
}

/** Whatever looks like a value in the dump, tried as every kind of token: a thief has time. */
async function expectUseless(server: TestServer, dump: string): Promise<void> {
  const party = new RelyingParty(server.issuer);
  const values = [...new Set(dump.match(/(?<![\w-])[\w-]{20,100}(?![\w-])/g) ?? [])];
  assert.ok(values.length > 20);
  for (const value of values) {
    const bearer = { headers: { authorization: `Bearer ${value}` } };
    const request_uri = URN + value;
    const [userinfo, code, refresh, secret, pushed] = await Promise.all([
      fetch(`${server.issuer}/oauth2/userinfo`, bearer),
      party.exchange(value, confidential),
      party.token({ grant_type: 'refresh_token', refresh_token: value }, confidential),
      party.post('/oauth2/introspect', { token: value }, { id: 'confidential', secret: value }),
      new UserAgent(server.issuer).get(
        `/oauth2/authorize?${new URLSearchParams({ client_id: 'confidential', request_uri })}`,
      ),
    ]);
    assert.equal(userinfo.status, 401, `${value} at UserInfo`);
    assert.notEqual(code.body.error_description, undefined);
    assert.ok(![code.status, refresh.status].includes(200), `${value} at the token endpoint`);
    assert.equal(secret.status, 401, `${value} as a client’s secret`);
    assert.equal(pushed.status, 400, `${value} as a request_uri`);
  }
}
