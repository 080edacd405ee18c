import assert from 'node:assert/strict';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { ArtifactConflict, type Model, UnitOfWork } from '../../src/artifacts/index.ts';
import type { ClientRegistry } from '../../src/clients/index.ts';
import { randomToken } from '../../src/kernel/ids.ts';
import { adapterFactory } from '../../src/oidc/index.ts';
import { MINUTE, STRANGE_VALUES, type StoreUnderTest } from './artifact-contract.ts';
import { TestClock } from './test-clock.ts';

/** Those whose upsert is a claim: they are found, and that is all. */
const CLAIMED: readonly Model[] = ['ReplayDetection'];

/** What oidc-provider asks of its storage, shown for every model that the store keeps. */
export function adapterContract(name: string, subject: () => StoreUnderTest): void {
  describe(`${name}, as oidc-provider’s storage`, () => {
    let clock: TestClock;
    let work: UnitOfWork;
    beforeEach(() => {
      clock = new TestClock();
      work = new UnitOfWork(subject().open(clock), clock);
    });

    const noClients: ClientRegistry = { find: async () => undefined, forget: () => undefined };
    const adapterOf = (model: Model) => adapterFactory({ work, clients: noClients, clock })(model) as Adapter;
    const payloadOf = (model: Model, id: string, members: AdapterPayload = {}): AdapterPayload => {
      const now = Math.floor(clock.now().getTime() / 1000);
      return { jti: id, kind: model, iat: now, exp: now + MINUTE, ...members };
    };
    const saved = async (model: Model, members?: AdapterPayload, ttl = MINUTE) => {
      const id = randomToken();
      const payload = payloadOf(model, id, members);
      await adapterOf(model).upsert(id, payload, ttl);
      return { id, payload };
    };
    const forEach = async (models: readonly Model[], show: (model: Model, adapter: Adapter) => Promise<void>) => {
      for (const model of models) {
        await show(model, adapterOf(model)).catch((error: Error) => {
          throw new Error(`${model}: ${error.message}`, { cause: error });
        });
      }
    };
    const written = () => subject().models.filter((model) => !CLAIMED.includes(model));

    it('brings back every model as it was saved, its id included', () =>
      forEach(subject().models, async (model, adapter) => {
        const { id, payload } = await saved(model, { clientId: 'web', params: STRANGE_VALUES });
        assert.deepEqual(await adapter.find(id), payload);
        assert.equal(await adapter.find(randomToken()), undefined);
      }));

    it('finds sessions by uid and device codes by user code, without learning their ids', () =>
      forEach(written(), async (model, adapter) => {
        const [uid, userCode] = [randomToken(), randomToken()];
        const { id, payload } = await saved(model, { uid, userCode });
        for (const found of [await adapter.findByUid(uid), await adapter.findByUserCode(userCode)]) {
          assert.notEqual(found?.jti, id);
          assert.deepEqual({ ...found, jti: id }, payload);
        }
        assert.equal(await adapter.findByUid(userCode), undefined);
        assert.equal(await adapter.findByUserCode(uid), undefined);
      }));

    it('takes what was found by uid or user code as itself when it is written, used or destroyed', () =>
      forEach(written(), async (model, adapter) => {
        const uid = randomToken();
        const { id } = await saved(model, { uid });
        const found = (await adapter.findByUid(uid)) as AdapterPayload;
        await adapter.upsert(String(found.jti), { ...found, scope: 'changed' }, MINUTE);
        assert.equal((await adapter.find(id))?.scope, 'changed');
        await adapter.consume(String(found.jti));
        // A grant that has ended is not found.
        const used = model === 'Grant' ? undefined : Math.floor(clock.now().getTime() / 1000);
        assert.equal((await adapter.find(id))?.['consumed'], used);
        await adapter.destroy(String(found.jti));
        assert.equal(await adapter.find(id), undefined);
        assert.equal(await adapter.find(String(found.jti)), undefined);
      }));

    it('opens nothing for somebody who has read a digest in a stolen dump', () =>
      forEach(written(), async (model, adapter) => {
        const uid = randomToken();
        await saved(model, { uid });
        const named = String((await adapter.findByUid(uid))?.jti);
        assert.equal(await adapter.find(named), undefined);
        assert.equal(await adapter.find(named.slice(1)), undefined);
        assert.equal(await adapter.find(Buffer.from(named.slice(1), 'hex').toString('base64url')), undefined);
      }));

    it('stores no id of any model, in any encoding', async () => {
      const ids: string[] = [];
      await forEach(subject().models, async (model) => void ids.push((await saved(model)).id));
      const dump = await subject().dump();
      const encodings = ids.flatMap((id) => [id, Buffer.from(id).toString('hex'), Buffer.from(id).toString('base64')]);
      assert.deepEqual(
        encodings.filter((text) => dump.includes(text)),
        [],
      );
    });

    it('stores neither the way back nor the session cookie of an interaction, and gives the way back again', async () => {
      const [id, cookie] = [randomToken(), randomToken()];
      const session = { accountId: 'ada', uid: randomToken(), cookie };
      const returnTo = `https://id.example/oauth2/authorize/${id}`;
      const adapter = adapterOf('Interaction');
      await adapter.upsert(id, payloadOf('Interaction', id, { returnTo, session } as AdapterPayload), MINUTE);
      const found = await adapter.find(id);
      assert.equal(found?.returnTo, returnTo);
      assert.deepEqual(found?.session, { accountId: 'ada', uid: session.uid });
      const dump = await subject().dump();
      assert.deepEqual([dump.includes(id), dump.includes(cookie)], [false, false]);
    });

    it('is used once, of fifty requests that found it unused', () =>
      forEach(written(), async (model, adapter) => {
        const { id } = await saved(model);
        const use = () => work.run(async () => adapter.consume(id));
        const results = await Promise.allSettled(Array.from({ length: 50 }, use));
        assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
        for (const result of results) if ('reason' in result) assert.ok(result.reason instanceof ArtifactConflict);
      }));

    it('is destroyed alone', () =>
      forEach(written(), async (model, adapter) => {
        const [gone, kept] = [await saved(model), await saved(model)];
        await adapter.destroy(gone.id);
        assert.equal(await adapter.find(gone.id), undefined);
        assert.deepEqual(await adapter.find(kept.id), kept.payload);
      }));

    it('ends with its grant, all models of it and no other grant’s', async () => {
      const [grantId, otherGrantId] = [randomToken(), randomToken()];
      const belonging = (id: string) =>
        Promise.all(
          written().map(async (model) => {
            if (model !== 'Grant') return { model, ...(await saved(model, { grantId: id })) };
            await adapterOf(model).upsert(id, payloadOf(model, id), MINUTE);
            return { model, id };
          }),
        );
      const [mine, others] = [await belonging(grantId), await belonging(otherGrantId)];
      await work.run(async () => {
        for (const model of written()) await adapterOf(model).revokeByGrantId(grantId);
      });
      for (const { model, id } of mine) assert.equal(await adapterOf(model).find(id), undefined, model);
      for (const { model, id } of others) assert.notEqual(await adapterOf(model).find(id), undefined, model);
    });

    it('is gone the moment it expires, and not before', () =>
      forEach(written(), async (model, adapter) => {
        const [ends, later] = [await saved(model, {}, MINUTE), await saved(model, {}, 2 * MINUTE)];
        clock.advance(MINUTE);
        assert.equal(await adapter.find(ends.id), undefined);
        assert.notEqual(await adapter.find(later.id), undefined);
      }));

    it('takes a proof once, of fifty requests that had not seen it', async () => {
      const [id, adapter] = [randomToken(), adapterOf('ReplayDetection')];
      const claim = () =>
        work.run(async () => {
          assert.equal(await adapter.find(id), undefined);
          await adapter.upsert(id, payloadOf('ReplayDetection', id), MINUTE);
        });
      const results = await Promise.allSettled(Array.from({ length: 50 }, claim));
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1);
      assert.notEqual(await adapter.find(id), undefined);
      await assert.rejects(work.run(() => adapter.upsert(id, payloadOf('ReplayDetection', id), MINUTE)));
    });
  });
}
