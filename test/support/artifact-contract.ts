import assert from 'node:assert/strict';
import type { Artifact, ArtifactStore, Model, Write } from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { randomToken, sha256 } from '../../src/kernel/ids.ts';
import { TestClock } from './test-clock.ts';

/** A store under test. */
export interface StoreUnderTest {
  /** The kinds it keeps; the first is the one most is shown with. */
  readonly models: readonly [Model, Model, ...Model[]];
  /** One node's view of the store: called twice, it is two nodes on the same data. */
  open(clock: Clock): ArtifactStore;
  /** All that is stored, as one text: what a thief of the disk would have. */
  dump(): Promise<string>;
}

export const MINUTE = 60;

/** A parameter of an authorization request may be any text; and JSON has members that JavaScript trips over. */
export const STRANGE_VALUES: Record<string, unknown> = {
  nul: 'a\u0000b',
  surrogates: '\ud800 and \udc00, and 🙂',
  escapes: '\\u0000 \\ " \' { } , null NULL \\x00',
  ...JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": 1}}'),
  numbers: [0, -1.5e300, Number.MAX_SAFE_INTEGER],
  nested: { list: [null, true, { deep: '' }] },
};

/** What every store of artefacts has to do, whichever it is. */
export function artifactStoreContract(name: string, subject: () => StoreUnderTest): void {
  describe(`${name}, as a store of artefacts`, () => {
    let clock: TestClock;
    let store: ArtifactStore;
    let model: Model;
    let otherModel: Model;
    beforeEach(() => {
      clock = new TestClock();
      store = subject().open(clock);
      [model, otherModel] = subject().models;
    });

    const artifact = (members: Partial<Artifact> = {}): Artifact => ({
      model,
      id: anId(),
      payload: { kind: model },
      accountId: undefined,
      clientId: undefined,
      grantId: undefined,
      uid: undefined,
      userCode: undefined,
      expiresAt: new Date(clock.now().getTime() + MINUTE * 1000),
      ...members,
    });
    const put = async (members: Partial<Artifact> = {}) => {
      const made = artifact(members);
      assert.equal(await store.apply([{ kind: 'put', artifact: made }]), true);
      return made;
    };
    const found = async ({ model, id }: Artifact) => await store.find(model, 'id', id);
    const consume = ({ model, id }: Artifact): Write => ({ kind: 'consume', model, id });

    it('finds what was put by id, uid and user code, and by nothing else', async () => {
      const made = await put({ uid: anId(), userCode: anId(), grantId: anId(), payload: { member: ['value'] } });
      const expected = { id: made.id, payload: made.payload, grantId: made.grantId, consumedAt: undefined };
      assert.deepEqual(await store.find(model, 'id', made.id), expected);
      assert.deepEqual(await store.find(model, 'uid', made.uid as Buffer), expected);
      assert.deepEqual(await store.find(model, 'userCode', made.userCode as Buffer), expected);
      assert.equal(await store.find(model, 'uid', made.id), undefined);
      assert.equal(await store.find(model, 'id', made.userCode as Buffer), undefined);
      assert.equal(await store.find(model, 'id', made.grantId as Buffer), undefined);
    });

    it('never mixes kinds: one id is two artefacts in two kinds', async () => {
      const made = await put({ payload: { kind: 'first' }, uid: anId(), grantId: anId() });
      assert.equal(await store.find(otherModel, 'id', made.id), undefined);
      assert.equal(await store.find(otherModel, 'uid', made.uid as Buffer), undefined);
      const twin = await put({ ...made, model: otherModel, payload: { kind: 'second' } });
      await store.apply([{ kind: 'destroy', model, id: made.id }]);
      assert.equal(await found(made), undefined);
      assert.deepEqual((await found(twin))?.payload, { kind: 'second' });
    });

    it('brings NUL, lone surrogates and __proto__ back as they were', async () => {
      const made = await put({ payload: STRANGE_VALUES });
      const payload = (await found(made))?.payload;
      assert.deepEqual(payload, STRANGE_VALUES);
      assert.equal(Object.hasOwn(payload ?? {}, '__proto__'), true);
      assert.equal(({} as { polluted?: true }).polluted, undefined);
    });

    it('replaces what is put again, which is not found any more by what it was called before', async () => {
      const made = await put({ uid: anId(), userCode: anId() });
      const again = await put({ ...made, payload: { now: 2 }, uid: anId(), userCode: anId() });
      assert.deepEqual((await found(made))?.payload, { now: 2 });
      assert.deepEqual((await store.find(model, 'uid', again.uid as Buffer))?.payload, { now: 2 });
      assert.equal(await store.find(model, 'uid', made.uid as Buffer), undefined);
      assert.equal(await store.find(model, 'userCode', made.userCode as Buffer), undefined);
    });

    it('lets one of fifty parallel consumes win, over two nodes', async () => {
      const made = await put();
      const nodes = [store, subject().open(clock)];
      const attempts = Array.from({ length: 50 }, (_, n) => nodes[n % 2]?.apply([consume(made)]));
      assert.equal((await Promise.all(attempts)).filter(Boolean).length, 1);
      assert.deepEqual((await found(made))?.consumedAt, clock.now());
    });

    it('loses the consume of what was used, is gone, has expired or never was', async () => {
      const [used, gone, expired] = [await put(), await put(), await put()];
      assert.equal(await store.apply([consume(used)]), true);
      assert.equal(await store.apply([{ kind: 'destroy', model, id: gone.id }]), true);
      for (const each of [used, gone, artifact()]) assert.equal(await store.apply([consume(each)]), false);
      clock.advance(MINUTE);
      assert.equal(await store.apply([consume(expired)]), false);
    });

    it('keeps what was used as used when it is put again, for as long as it lives then', async () => {
      const made = await put({ expiresAt: new Date(clock.now().getTime() + 300) });
      await store.apply([consume(made)]);
      await put({ ...made, payload: { now: 2 }, expiresAt: new Date(clock.now().getTime() + MINUTE * 1000) });
      const stored = await found(made);
      assert.deepEqual([stored?.payload, stored?.consumedAt], [{ now: 2 }, clock.now()]);
      assert.equal(await store.apply([consume(made)]), false);
    });

    it('writes nothing else when a consume is lost', async () => {
      const [used, unused, kept, ofGrant] = [await put(), await put(), await put(), await put({ grantId: anId() })];
      await store.apply([consume(used)]);
      const fresh = artifact();
      const writes: Write[] = [
        { kind: 'put', artifact: fresh },
        { kind: 'put', artifact: { ...kept, payload: { now: 2 } } },
        consume(unused),
        { kind: 'revoke', model, grantId: ofGrant.grantId as Buffer },
        consume(used),
      ];
      for (const order of [writes, writes.toReversed()]) assert.equal(await store.apply(order), false);
      assert.equal(await found(fresh), undefined);
      assert.deepEqual((await found(kept))?.payload, kept.payload);
      assert.equal((await found(unused))?.consumedAt, undefined);
      assert.notEqual(await found(ofGrant), undefined);
      assert.equal(await store.apply([consume(unused), { kind: 'destroy', model, id: kept.id }]), true);
    });

    it('writes nothing where what is required has gone or expired, and all where it is there', async () => {
      const [there, gone] = [await put(), artifact()];
      const requires = ({ model, id }: Artifact): Write => ({ kind: 'require', model, id });
      const [first, second] = [artifact(), artifact({ id: there.id, payload: { now: 2 } })];
      assert.equal(await store.apply([{ kind: 'put', artifact: first }, requires(there), requires(gone)]), false);
      assert.equal(await found(first), undefined);
      assert.equal(await store.apply([{ kind: 'put', artifact: second }, requires(there)]), true);
      assert.deepEqual((await found(there))?.payload, { now: 2 });
      const renamed: Write[] = [
        { kind: 'destroy', model, id: there.id },
        { kind: 'put', artifact: first },
        requires(there),
      ];
      assert.equal(await store.apply(renamed), true);
      assert.equal(await store.apply(renamed), false);
      clock.advance(MINUTE);
      assert.equal(await store.apply([{ kind: 'put', artifact: artifact() }, requires(first)]), false);
    });

    it('lets one of fifty parallel claims win, over two nodes', async () => {
      const claim: Write = { kind: 'claim', artifact: artifact() };
      const nodes = [store, subject().open(clock)];
      const attempts = Array.from({ length: 50 }, (_, n) => nodes[n % 2]?.apply([claim]));
      assert.equal((await Promise.all(attempts)).filter(Boolean).length, 1);
    });

    it('takes a claim again once the first has expired, swept or not', async () => {
      const first = artifact();
      assert.equal(await store.apply([{ kind: 'claim', artifact: first }]), true);
      assert.equal(await store.apply([{ kind: 'claim', artifact: first }]), false);
      clock.advance(MINUTE);
      const again = artifact({ id: first.id });
      assert.equal(await store.apply([{ kind: 'claim', artifact: again }]), true);
      assert.equal(await store.apply([{ kind: 'claim', artifact: again }]), false);
    });

    it('uses and writes nothing when a claim is lost; a claim that was won stays when a consume is lost', async () => {
      const [code, used, fresh] = [await put(), await put(), artifact()];
      const [taken, proof] = [artifact(), artifact()];
      await store.apply([{ kind: 'claim', artifact: taken }, consume(used)]);
      const replay: Write[] = [consume(code), { kind: 'put', artifact: fresh }, { kind: 'claim', artifact: taken }];
      assert.equal(await store.apply(replay), false);
      assert.deepEqual([(await found(code))?.consumedAt, await found(fresh)], [undefined, undefined]);
      assert.equal(await store.apply([consume(used), { kind: 'claim', artifact: proof }]), false);
      assert.equal(await store.apply([{ kind: 'claim', artifact: proof }]), false);
    });

    it('has lost what expired at that very moment, before any sweep', async () => {
      const made = await put({ uid: anId(), userCode: anId() });
      clock.advance(MINUTE - 1);
      assert.notEqual(await found(made), undefined);
      clock.advance(1);
      assert.equal(await found(made), undefined);
      assert.equal(await store.find(model, 'uid', made.uid as Buffer), undefined);
      assert.equal(await store.find(model, 'userCode', made.userCode as Buffer), undefined);
    });

    it('revokes all of a grant’s artefacts of a kind, used ones too, and none else', async () => {
      const grantId = anId();
      const mine = await Promise.all(Array.from({ length: 25 }, () => put({ grantId })));
      const spared = [await put({ grantId: anId() }), await put(), await put({ grantId, model: otherModel })];
      await store.apply([consume(mine[0] as Artifact)]);
      assert.equal(await store.apply([{ kind: 'revoke', model, grantId }]), true);
      assert.deepEqual(await Promise.all(mine.map(found)), Array(25).fill(undefined));
      for (const each of spared) assert.notEqual(await found(each), undefined);
      assert.equal(await store.apply([{ kind: 'revoke', model, grantId }]), true);
    });

    it('destroys once and again without complaint', async () => {
      const [made, other] = [await put({ uid: anId() }), await put()];
      for (const _ of [1, 2]) assert.equal(await store.apply([{ kind: 'destroy', model, id: made.id }]), true);
      assert.equal(await found(made), undefined);
      assert.equal(await store.find(model, 'uid', made.uid as Buffer), undefined);
      assert.notEqual(await found(other), undefined);
    });

    it('holds up no two requests that write the same artefacts in opposite order', async () => {
      const many = await Promise.all(Array.from({ length: 20 }, () => put()));
      const writes = many.map((made): Write => ({ kind: 'put', artifact: made }));
      const nodes = [store, subject().open(clock)];
      const rounds = Array.from({ length: 40 }, (_, n) => nodes[n % 2]?.apply(n % 2 ? writes : writes.toReversed()));
      assert.deepEqual(await Promise.all(rounds), Array(40).fill(true));
    });
  });
}

export const anId = (): Buffer => sha256(randomToken());
