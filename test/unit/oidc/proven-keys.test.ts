import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import type { Knex } from 'knex';
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { createDatabase, postgresArtifacts } from '../../../adapters/postgres/index.ts';
import { ArtifactConflict, UnitOfWork } from '../../../src/artifacts/index.ts';
import { createClientRegistry } from '../../../src/clients/index.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { adapterFactory, type Possession, possessionOf, thumbprintOf } from '../../../src/oidc/index.ts';
import { provenKeys } from '../../../src/oidc/proven-keys.ts';
import { replayed } from '../../../src/oidc/replay.ts';
import { escapedPem, shop } from '../../support/certificates.ts';
import { DpopKey } from '../../support/dpop.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

const issuer = 'https://id.example.com';
const url = `${issuer}/oauth2/token`;
const mtls = {
  certificateHeader: 'x-client-cert',
  certificateFormat: 'pem',
  verifyHeader: undefined,
  verifyValue: 'SUCCESS',
  origin: undefined,
} as const;

describe('the keys that a token request proves', () => {
  let database: TestDatabase;
  let db: Knex;
  let work: UnitOfWork;
  let possession: Possession;
  let key: DpopKey;

  before(async () => {
    database = await createTestDatabase();
    db = createDatabase(database.url);
    work = new UnitOfWork(postgresArtifacts(db, systemClock), systemClock);
    const adapter = adapterFactory({ work, clients: createClientRegistry(db), clock: systemClock });
    const settings = { masterKeys: [Buffer.alloc(32, 1)], trustProxy: ['127.0.0.1'], mtls };
    possession = possessionOf(settings, adapter, systemClock);
    key = await DpopKey.create();
  });
  after(async () => {
    await db.destroy();
    await database.drop();
  });

  const newProof = (nonce?: string) => key.proof({ url, nonce });
  /** A request as the engine hands it to a grant, as far as is looked at; and the headers of its answer. */
  function request(headers: Record<string, string>, members: Record<string, unknown> = {}) {
    const sent: Record<string, string> = {};
    const headersDistinct = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    const ctx = {
      req: { headersDistinct, socket: { remoteAddress: '127.0.0.1' } } as unknown as IncomingMessage,
      method: 'POST',
      path: '/oauth2/token',
      get: (name: string) => headers[name.toLowerCase()] ?? '',
      set: (name: string, value: string) => Object.assign(sent, { [name]: value }),
      oidc: { issuer, params: {}, client: { clientId: 'web', ...members } },
    } as unknown as KoaContextWithOIDC;
    return { ctx, sent };
  }
  const prove = (ctx: KoaContextWithOIDC) => work.run(() => provenKeys(ctx, possession));

  it('are a proof’s, a certificate’s, both or none', async () => {
    const certificate = { 'x-client-cert': escapedPem(shop) };
    const x5t = { 'x5t#S256': thumbprintOf(shop) };
    assert.deepEqual(await prove(request({}).ctx), {});
    assert.deepEqual(await prove(request(certificate).ctx), x5t);
    assert.deepEqual(await prove(request({ dpop: await newProof() }).ctx), { jkt: key.jkt });
    assert.deepEqual(await prove(request({ ...certificate, dpop: await newProof() }).ctx), { jkt: key.jkt, ...x5t });
  });

  it('are proved once, though by one request as often as it is asked', async () => {
    const dpop = await newProof();
    const { ctx } = request({ dpop });
    await work.run(async () => {
      await provenKeys(ctx, possession);
      await provenKeys(ctx, possession);
    });
    assert.equal(await replayed(ctx), undefined);
    const again = request({ dpop });
    await assert.rejects(prove(again.ctx), ArtifactConflict);
    assert.equal(await replayed(again.ctx), 'proof');
    const twice = request({ dpop });
    await assert.rejects(
      work.run(async () => {
        await provenKeys(twice.ctx, possession);
        await provenKeys(twice.ctx, possession);
      }),
      ArtifactConflict,
    );
  });

  it('are the client’s own to claim: another client’s proof may have the same jti', async () => {
    const claims = { jti: 'the same' };
    for (const clientId of ['one', 'two']) {
      assert.deepEqual(await prove(request({ dpop: await key.proof({ url, claims }) }, { clientId }).ctx), {
        jkt: key.jkt,
      });
    }
  });

  it('are refused as the engine refuses them', async () => {
    const bad = request({ dpop: await key.proof({ url: `${issuer}/oauth2/userinfo` }) });
    await assert.rejects(prove(bad.ctx), errors.InvalidDpopProof);
    const { ctx, sent } = request({ dpop: await newProof() }, { require_dpop_nonce: true });
    await assert.rejects(prove(ctx), errors.UseDpopNonce);
    const good = request({ dpop: await newProof(sent['DPoP-Nonce']) }, { require_dpop_nonce: true });
    assert.deepEqual(await prove(good.ctx), { jkt: key.jkt });
  });
});
