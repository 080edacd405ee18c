import assert from 'node:assert/strict';
import { createDecipheriv, hkdfSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { endSessions } from '../../../adapters/postgres/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { sha256 } from '../../../src/kernel/ids.ts';
import { cookieOf } from '../../support/cookies.ts';
import { SECRET } from '../../support/declaration.ts';
import { dumpDatabase, dumpRedis, occurrences } from '../../support/dump.ts';
import { type RedisNode, startRedis } from '../../support/redis.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { installTimeout } from '../../support/system.ts';

const API = 'https://api.example.com';
const SCOPE = 'openid email offline_access orders:read';
const service = { id: 'service', secret: SECRET };
const CLIENTS = [{ id: 'web' }, { id: 'confidential', secret: SECRET }];

type Tokens = Readonly<Record<string, string>>;

describe('a dump after tokens were refreshed, taken back and signed out of', () => {
  let redis: RedisNode;
  let server: TestServer;
  let party: RelyingParty;
  /** By name. */
  const secrets: Record<string, string> = {};
  /** Of refreshes whose answers are kept: what was used, and what it was answered. */
  const refreshes: { readonly client: string; readonly used: string; readonly answer: Tokens }[] = [];
  let dump: string;

  before(async function () {
    this.timeout(installTimeout);
    redis = await startRedis();
    server = await startServer({ env: { REDIS_URL: redis.url } });
    party = new RelyingParty(server.issuer);
    for (const client of CLIENTS)
      for (const end of [nothing, revokeRefreshToken, revokeAccessToken, signOut, endEverything])
        await live(client, end);
    await revoke(await machine(), service);
    assert.equal((await fetch(`${server.issuer}/oauth2/status-lists/0`)).status, 200);
    dump = `${await dumpDatabase(server.db)}\n${await dumpRedis(redis.url)}`;
  });
  after(async () => {
    await server.close();
    await redis.stop();
  });

  type Client = (typeof CLIENTS)[number];
  type Lived = { readonly client: Client; readonly tokens: Tokens; readonly agent: Agent };
  type Agent = Awaited<ReturnType<typeof obtainTokens>>['agent'];

  /** Somebody signs in, has tokens for an API and for UserInfo, refreshes, and so much of it is ended. */
  async function live(client: Client, end: (lived: Lived) => Promise<unknown>): Promise<void> {
    const first = await obtainTokens(party, { client_id: client.id, scope: SCOPE, resource: API, prompt: 'consent' });
    const used = first.tokens['refresh_token'] ?? '';
    const { body: tokens } = await party.token({ grant_type: 'refresh_token', refresh_token: used }, client);
    refreshes.push({ client: client.id, used, answer: tokens });
    const opaque = await obtainTokens(party, { client_id: client.id, scope: 'openid email' }, first.agent);
    const name = `${client.id} ${end.name}`;
    keep(name, { code: first.code, session: (await cookieOf(first.agent, 'gatehouse_session')).value });
    for (const [kind, of] of Object.entries({
      first: first.tokens,
      refreshed: tokens as Tokens,
      opaque: opaque.tokens,
    }))
      keep(`${name} ${kind}`, of);
    await end({ client, tokens, agent: first.agent });
  }

  function keep(name: string, values: Tokens): void {
    for (const kind of ['access_token', 'refresh_token', 'id_token', 'code', 'session']) {
      const value = values[kind];
      if (!value) continue;
      secrets[`${name} ${kind}`] = value;
      // What makes a JWT one: its claims are known to many.
      if (value.split('.').length === 3) secrets[`${name} ${kind}’s signature`] = value.split('.')[2] ?? '';
    }
  }

  const nothing = async () => undefined;
  const revoke = async (token: string, client: { id: string; secret?: string }) =>
    assert.equal((await party.post('/oauth2/revoke', { token }, client)).status, 200);
  const revokeRefreshToken = ({ tokens, client }: Lived) => revoke(tokens['refresh_token'] ?? '', client);
  const revokeAccessToken = ({ tokens, client }: Lived) => revoke(tokens['access_token'] ?? '', client);
  const signOut = async ({ agent, tokens }: Lived) =>
    agent.submit(await agent.open(`/oauth2/logout?id_token_hint=${tokens['id_token']}`), { logout: 'yes' });
  const endEverything = ({ tokens }: Lived) =>
    server.db.transaction((transaction) => {
      const { sub = '' } = decodeJwt(tokens['access_token'] ?? '');
      return endSessions(transaction, { clock: systemClock }, sub);
    });
  async function machine(): Promise<string> {
    const parameters = { grant_type: 'client_credentials', scope: 'orders:read', resource: API };
    const { body } = await party.token(parameters, service);
    keep('machine', body);
    return body.access_token;
  }

  it('[46] holds what it claims to, and no code, token or session', () => {
    for (const part of ['RefreshAnswer', 'RefreshToken', 'Grant', '"kind":"jti"', '"kind":"sid"', '"kind":"sub"'])
      assert.ok(dump.includes(part), `there is no ${part} in the dump`);
    assert.ok(Object.keys(secrets).length > 50);
    assert.deepEqual(occurrences(dump, secrets), []);
  });

  it('[46] holds an answer for ten seconds from when its token was used, and no longer', async () => {
    let kept = 0;
    for (const { used } of refreshes) {
      const [token, answer] = [sha256(used), sha256(`answer to ${used}`)];
      const { consumed_at: from } = (await server.db('oidc_artifacts').where({ id: token }).first('consumed_at')) ?? {};
      if (!from) continue;
      const { expires_at: until } = await server.db('oidc_artifacts').where({ id: answer }).first('expires_at');
      const seconds = (until.getTime() - from.getTime()) / 1000;
      // The answer is made, and then both are written at once, a moment later on a busy machine.
      assert.ok(seconds > 5 && seconds <= 10, `${seconds} s`);
      kept += 1;
    }
    assert.ok(kept >= CLIENTS.length);
  });

  it('[46] holds answers that open with the token that was used, and with nothing in the dump or the master key', async () => {
    const rows = await server.db('oidc_artifacts').where({ model: 'RefreshAnswer' }).pluck('payload');
    const sealed: string[] = rows.map((payload: { sealed: string }) => payload.sealed);
    assert.ok(sealed.length >= CLIENTS.length);
    for (const each of sealed) {
      const mine = refreshes.filter(({ client, used }) => opens(each, keyOf(used, client)));
      assert.equal(mine.length, 1, 'whoever refreshed can open it');
    }
    const things = [...wordsOf(dump), ...server.config.masterKeys, ...(server.config.cookieKeys ?? [])];
    assert.ok(things.length > 200);
    for (const thing of things) {
      const keys = [Buffer.from(thing as string), ...CLIENTS.map(({ id }) => keyOf(thing, id))];
      const opened = sealed.filter((each) => keys.some((key) => opens(each, key)));
      assert.deepEqual(opened, [], `${thing} opens an answer`);
    }
  });
});

/** Whatever may be a value or a digest. */
function wordsOf(dump: string): (string | Buffer)[] {
  const words = [...new Set(dump.match(/(?<![\w-])[\w-]{16,200}(?![\w-])/g) ?? [])];
  const digests = words
    .filter((word) => /^x?[0-9a-f]{64}$/.test(word))
    .map((hex) => Buffer.from(hex.slice(-64), 'hex'));
  return [...words, ...digests, ...digests.map((digest) => digest.toString('base64url'))];
}

/** By which the server seals what a client gets that shows no key of its own. */
function keyOf(token: string | Buffer, client: string): Buffer {
  const info = `gatehouse refresh v2 ${JSON.stringify([client, undefined])}`;
  return Buffer.from(hkdfSync('sha256', token, '', info, 32));
}

function opens(sealed: string, key: Buffer): boolean {
  if (key.length !== 32) return false;
  const bytes = Buffer.from(sealed, 'base64url');
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12), { authTagLength: 16 });
  decipher.setAuthTag(bytes.subarray(12, 28));
  try {
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).length > 0;
  } catch {
    return false;
  }
}
