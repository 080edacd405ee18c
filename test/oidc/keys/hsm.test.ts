import assert from 'node:assert/strict';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPkcs11Keys } from '../../../adapters/pkcs11/index.ts';
import type { HsmSettings } from '../../../src/config/index.ts';
import { OperatorError } from '../../../src/kernel/faults.ts';
import { listKeys } from '../../../src/keys/index.ts';
import { declaration } from '../../support/declaration.ts';
import { dumpDatabase, occurrences } from '../../support/dump.ts';
import {
  API,
  fileOf,
  MASTER_KEY,
  places,
  publishedBy,
  startWithPin,
  tokenOf,
  verifyBy,
} from '../../support/hsm-server.ts';
import { DAY } from '../../support/keys.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { obtainCode, obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { Running } from '../../support/running.ts';
import type { TestServer } from '../../support/server.ts';
import { PIN, type SoftHsm, startSoftHsm } from '../../support/softhsm.ts';
import { installTimeout } from '../../support/system.ts';
import { TestClock } from '../../support/test-clock.ts';
import { until } from '../../support/until.ts';

describe('signing keys in an HSM', function () {
  this.timeout(120_000);
  const running = new Running();
  let hsm: SoftHsm;
  let settings: HsmSettings;
  let locked: HsmSettings;
  let database: TestDatabase;
  let clock: TestClock;
  let server: TestServer;

  const start = (yaml: string, options: { jobs?: boolean; pin?: string } = {}) =>
    startWithPin({ databaseUrl: database.url, clock, yaml, ...options });

  before(async function () {
    this.timeout(installTimeout);
    hsm = await startSoftHsm();
    settings = await hsm.addToken('gatehouse');
    locked = await hsm.addToken('locked');
    database = await createTestDatabase();
    clock = new TestClock();
    server = await start(fileOf(settings, 'pkcs11'), { jobs: true });
  });
  after(async () => {
    await running.endAll();
    await server?.close();
    await database?.drop();
    await hsm?.close();
  });

  const published = () => publishedBy(server);
  const token = () => tokenOf(server);
  const verify = (jwt: string, audience?: string) => verifyBy(server, jwt, audience);

  it('sign what anybody verifies by the JWKS: access tokens by ES256, ID tokens by RS256', async () => {
    const request = { client_id: 'web', scope: 'openid orders:read', resource: API };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), request);
    const [access, id] = await Promise.all([
      verify(tokens['access_token'] ?? ''),
      verify(tokens['id_token'] ?? '', 'web'),
    ]);
    const { keys } = await published();
    assert.deepEqual(
      keys.map(({ kid, alg }) => [kid, alg]),
      [
        [access, 'ES256'],
        [id, 'RS256'],
      ],
    );
    assert.deepEqual([...new Set(keys.flatMap((key) => Object.keys(key)))].sort(), PUBLIC_MEMBERS);
  });

  it('leave no private part in the database, and no PIN anywhere', async () => {
    assert.deepEqual(await places(server.db), ['ES256 active pkcs11:id', 'RS256 active pkcs11:id']);
    const dump = await dumpDatabase(server.db);
    assert.ok(dump.includes('pkcs11:id=%'));
    assert.doesNotMatch(dump, /"(d|p|q|dp|dq|qi)": ?"/);
    assert.deepEqual(occurrences(dump + server.logs(), { PIN }), []);
  });

  it('sign a hundred tokens at once, while others are answered', async () => {
    let signed = 0;
    const tokens = Array.from({ length: 100 }, async () => {
      const jwt = await token();
      signed += 1;
      return jwt;
    });
    await published();
    assert.ok(signed < 100, 'the key set came after all the tokens');
    assert.equal(new Set(await Promise.all((await Promise.all(tokens)).map((jwt) => verify(jwt)))).size, 1);
  });

  it('rotate by the job: the next are made there, every token verifies, and what is retired is destroyed', async () => {
    const turn = async (seconds: number, expected: string[]) => {
      clock.advance(seconds);
      await server.db.raw("select graphile_worker.add_job('turn_keys')");
      const wanted = expected.map((place) => `${place} pkcs11:id`);
      await until(`the keys are ${expected}`, async () => `${await places(server.db)}` === `${wanted}`);
      await server.gatehouse.keys.reload();
    };
    const tokens = [await token()];
    await turn(29 * DAY, ['ES256 active', 'ES256 pending', 'RS256 active', 'RS256 pending']);
    tokens.push(await token());
    await turn(DAY, ['ES256 retiring', 'ES256 active', 'RS256 retiring', 'RS256 active']);
    tokens.push(await token());
    const kids = await Promise.all(tokens.map((jwt) => verify(jwt)));
    assert.deepEqual([kids[0] === kids[1], kids[1] === kids[2]], [true, false]);
    const retiring = (await listKeys(server.db)).filter(({ state }) => state === 'retiring');
    await turn(4500, ['ES256 active', 'RS256 active']);
    await until('the database has forgotten where they were', async () =>
      (await listKeys(server.db)).every(({ state, uri }) => state !== 'retired' || uri === undefined),
    );
    const keys = await openPkcs11Keys(settings);
    for (const key of retiring) await assert.rejects(keys.open(key), /is not in the token any more/);
    await keys.close();
    assert.equal(await verify(await token()), kids[2]);
  });

  it('are looked at by doctor, and rotated by a command in another process, which the server follows', async () => {
    const cwd = await running.folder();
    await writeFile(join(cwd, 'gatehouse.yaml'), fileOf(settings, 'pkcs11'));
    await writeFile(join(cwd, 'locked.yaml'), fileOf(locked, 'pkcs11'));
    const env = { ...hsm.env, DATABASE_URL: database.url, MASTER_KEY, GATEHOUSE_HSM_PIN: PIN };
    const command = (args: string[], more: Record<string, string> = {}) =>
      running.command(args, cwd, { ...env, ...more });
    const [rotated, wrong] = await Promise.all([
      command(['keys', 'rotate', '--now', '--yes']),
      command(['doctor'], { GATEHOUSE_HSM_PIN: 'wrong', CONFIG_FILE: 'locked.yaml' }),
    ]);
    // SoftHSM writes a token's file anew when somebody logs in: who reads it just then finds no such token.
    const well = await command(['doctor']);
    assert.deepEqual([rotated.status, rotated.stderr], [0, '']);
    const [, kid] = /^ES256: (\S+) signs from now on/m.exec(rotated.stdout) ?? [];
    await until('the server signs with it', async () => (await verify(await token())) === kid);
    assert.match(well.stdout, /^ok +hsm +the token gatehouse takes our PIN\n/m);
    assert.match(well.stdout, /^ok +keys +\d open with the master key or in the HSM; ES256, RS256 sign\n/m);
    assert.equal(wrong.status, 2);
    assert.match(wrong.stdout, /^FAULT +hsm +GATEHOUSE_HSM_PIN: the token locked does not take this PIN/m);
  });

  it('use nothing up while the HSM is away: 503 until it is back', async () => {
    const party = new RelyingParty(server.issuer);
    const { code } = await obtainCode(party, { client_id: 'web', scope: 'openid' });
    const away = `${hsm.tokens}-away`;
    await rename(hsm.tokens, away);
    await mkdir(hsm.tokens);
    const answer = await party.exchange(code, { id: 'web' });
    assert.deepEqual([answer.status, answer.body.error], [503, 'temporarily_unavailable']);
    assert.equal((await fetch(`${server.issuer}/readyz`)).status, 503);
    assert.match(server.logs(), /"msg":"a signing key did not sign"/);
    await rm(hsm.tokens, { recursive: true });
    await rename(away, hsm.tokens);
    assert.equal((await fetch(`${server.issuer}/readyz`)).status, 200);
    assert.equal((await party.exchange(code, { id: 'web' })).status, 200);
  });

  it('are found again by the next start; one that cannot have them names what to set', async () => {
    const before = await token();
    await server.close();
    await assert.rejects(start(fileOf(locked, 'pkcs11'), { pin: 'wrong' }), names('GATEHOUSE_HSM_PIN'));
    await assert.rejects(start(fileOf(locked, 'pkcs11')), names('signing_keys.pkcs11'));
    await assert.rejects(start(declaration), names('signing_keys.pkcs11'));
    server = await start(fileOf(settings, 'pkcs11'));
    assert.equal(await verify(before), await verify(await token()));
  });

  it('stop one algorithm where one is gone from the token, and are named', async () => {
    const keys = await openPkcs11Keys(settings);
    const rsa = (await listKeys(server.db)).find(({ alg, state }) => alg === 'RS256' && state === 'active');
    await keys.destroy(rsa?.uri ?? '');
    await keys.close();
    await server.close();
    server = await start(fileOf(settings, 'pkcs11'));
    await verify(await token());
    assert.ok(server.logs().includes(`signing key ${rsa?.kid} (RS256, active) is not in the token any more`));
  });
});

const PUBLIC_MEMBERS = ['alg', 'crv', 'e', 'kid', 'kty', 'n', 'use', 'x', 'y'];

/** That a start is refused with one line, which names this setting. */
const names = (name: string) => (error: unknown) => {
  assert.ok(error instanceof OperatorError, String(error));
  assert.deepEqual(
    error.faults.map((fault) => fault.name),
    [name],
  );
  return true;
};
