import assert from 'node:assert/strict';
import {
  type Artifact,
  ArtifactConflict,
  type ArtifactStore,
  type Key,
  type Model,
  type StoredArtifact,
  UnitOfWork,
  type Write,
} from '../../../src/artifacts/index.ts';
import { anId } from '../../support/artifact-contract.ts';
import { TestClock } from '../../support/test-clock.ts';

/** Remembers what it was asked and told; answers from what it was given. */
class RecordingStore implements ArtifactStore {
  readonly stored: (Artifact & { consumedAt: Date | undefined })[] = [];
  readonly applied: (readonly Write[])[] = [];
  reads = 0;
  wins = true;

  async find(model: Model, key: Key, digest: Buffer): Promise<StoredArtifact | undefined> {
    this.reads += 1;
    return this.stored.find((each) => each.model === model && each[key]?.equals(digest));
  }

  async apply(writes: readonly Write[]): Promise<boolean> {
    this.applied.push(writes);
    return this.wins;
  }
}

describe('a unit of work', () => {
  let store: RecordingStore;
  let work: UnitOfWork;
  const clock = new TestClock();
  beforeEach(() => {
    store = new RecordingStore();
    work = new UnitOfWork(store, clock);
  });

  const artifact = (members: Partial<Artifact> = {}): Artifact => ({
    model: 'RefreshToken',
    id: anId(),
    payload: { member: 1 },
    accountId: undefined,
    clientId: undefined,
    grantId: anId(),
    uid: anId(),
    userCode: anId(),
    expiresAt: undefined,
    ...members,
  });
  const stored = (members: Partial<Artifact> = {}) => {
    const made = { ...artifact(members), consumedAt: undefined };
    store.stored.push(made);
    return made;
  };
  const put = (made: Artifact) => work.write({ kind: 'put', artifact: made });
  const consume = ({ model, id }: Artifact) => work.write({ kind: 'consume', model, id });
  const destroy = ({ model, id }: Artifact) => work.write({ kind: 'destroy', model, id });
  const revoke = ({ model, grantId }: Artifact) => work.write({ kind: 'revoke', model, grantId: grantId as Buffer });
  /** What is found by each of its keys. */
  const foundBy = (made: Artifact) =>
    Promise.all((['id', 'uid', 'userCode'] as const).map((key) => work.find(made.model, key, made[key] as Buffer)));
  const kinds = () => store.applied.map((writes) => writes.map(({ kind }) => kind));

  describe('writes', () => {
    it('hands everything over at once, after the work and before its result', async () => {
      const result = await work.run(async () => {
        await put(artifact());
        await consume(stored());
        await destroy(stored());
        await revoke(stored());
        assert.deepEqual(store.applied, []);
        return 'done';
      });
      assert.equal(result, 'done');
      assert.deepEqual(kinds(), [['put', 'consume', 'destroy', 'revoke']]);
    });

    it('writes nothing when the work throws, and tells what it threw', async () => {
      const fault = new Error('no');
      const failing = work.run(async () => {
        await put(artifact());
        throw fault;
      });
      await assert.rejects(failing, fault);
      assert.deepEqual(store.applied, []);
    });

    it('asks the store nothing when nothing was written', async () => {
      await work.run(async () => undefined);
      assert.deepEqual([store.applied, store.reads], [[], 0]);
    });

    it('tells of a lost consume, in a unit and outside of one', async () => {
      store.wins = false;
      await assert.rejects(
        work.run(() => consume(stored())),
        ArtifactConflict,
      );
      await assert.rejects(consume(stored()), ArtifactConflict);
    });

    it('writes at once where there is no unit', async () => {
      await put(artifact());
      assert.deepEqual(kinds(), [['put']]);
    });

    it('keeps the units of two requests apart', async () => {
      const [mine, yours] = [artifact(), artifact()];
      const request = (own: Artifact, other: Artifact) =>
        work.run(async () => {
          await put(own);
          await new Promise(setImmediate);
          assert.notEqual(await work.find(own.model, 'id', own.id), undefined);
          assert.equal(await work.find(other.model, 'id', other.id), undefined);
        });
      await Promise.all([request(mine, yours), request(yours, mine)]);
      assert.deepEqual(kinds(), [['put'], ['put']]);
    });

    it('writes an artefact once, as it was last', async () => {
      const made = artifact();
      await work.run(async () => {
        await put(made);
        await put({ ...made, payload: { member: 2 } });
      });
      assert.deepEqual(store.applied, [[{ kind: 'put', artifact: { ...made, payload: { member: 2 } } }]]);
    });

    it('writes what was made and destroyed in one request as destroyed', async () => {
      const made = artifact();
      await work.run(async () => {
        await put(made);
        await destroy(made);
      });
      assert.deepEqual(kinds(), [['destroy']]);
    });

    it('never gives up a compare-and-swap for a later write', async () => {
      const [used, proof] = [stored(), artifact({ model: 'ReplayDetection' })];
      await work.run(async () => {
        await consume(used);
        await destroy(used);
        await work.write({ kind: 'claim', artifact: proof });
        await put(proof);
      });
      assert.deepEqual(kinds(), [['consume', 'claim']]);
      for (const steps of [
        [consume, put],
        [put, consume],
      ]) {
        const both = work.run(async () => {
          for (const step of steps) await step(used);
        });
        await assert.rejects(both, TypeError);
      }
    });

    it('revokes what the request itself has written before, and not what it writes after', async () => {
      const [used, grantId] = [stored(), anId()];
      const [before, after, other] = [artifact({ grantId }), artifact({ grantId }), artifact()];
      await work.run(async () => {
        await work.find(used.model, 'id', used.id);
        await consume(used);
        await revoke(used);
        await put(before);
        await put(other);
        await revoke(before);
        await put(after);
      });
      const [writes = []] = store.applied;
      const ids = writes.flatMap((write) => ('artifact' in write ? [write.artifact.id] : []));
      assert.deepEqual(ids, [other.id, after.id]);
      assert.equal(
        writes.some(({ kind }) => kind === 'consume'),
        false,
      );
    });
  });

  describe('reads', () => {
    it('sees what it has put, by every key', () =>
      work.run(async () => {
        const made = artifact();
        await put(made);
        const { id, payload, grantId } = made;
        assert.deepEqual(await foundBy(made), Array(3).fill({ id, payload, grantId, consumedAt: undefined }));
        assert.equal(await work.find('AccessToken', 'id', made.id), undefined);
      }));

    it('sees what it has put again as it is now, and by its new keys alone', () =>
      work.run(async () => {
        const old = stored();
        const fresh = artifact({ id: old.id, payload: { member: 2 } });
        await put(fresh);
        assert.deepEqual(
          (await foundBy(fresh)).map((found) => found?.payload),
          Array(3).fill({ member: 2 }),
        );
        assert.equal(await work.find(old.model, 'uid', old.uid as Buffer), undefined);
      }));

    it('sees what it has used as used', () =>
      work.run(async () => {
        const made = stored();
        assert.equal((await work.find(made.model, 'id', made.id))?.consumedAt, undefined);
        await consume(made);
        const times = (await foundBy(made)).map((found) => found?.consumedAt);
        assert.deepEqual(times, Array(3).fill(clock.now()));
      }));

    it('does not see what it has destroyed or revoked', () =>
      work.run(async () => {
        const [gone, revoked, kept] = [stored(), stored(), stored()];
        await destroy(gone);
        await revoke(revoked);
        for (const each of [gone, revoked]) assert.deepEqual(await foundBy(each), Array(3).fill(undefined));
        assert.notEqual(await work.find(kept.model, 'id', kept.id), undefined);
      }));

    it('asks the store once for the same thing, also for what is not there', () =>
      work.run(async () => {
        const [made, absent] = [stored(), artifact()];
        await Promise.all([1, 2, 3].map(() => work.find(made.model, 'id', made.id)));
        for (const _ of [1, 2]) await work.find(absent.model, 'id', absent.id);
        assert.equal(store.reads, 2);
      }));

    it('asks again after a look that failed', () =>
      work.run(async () => {
        const made = stored();
        const { find } = store;
        store.find = () => Promise.reject(new Error('no connection'));
        await assert.rejects(work.find(made.model, 'id', made.id), /no connection/);
        store.find = find;
        assert.notEqual(await work.find(made.model, 'id', made.id), undefined);
      }));
  });

  describe('a session', () => {
    const NOW = 1_800_000_000;
    const session = (members: Record<string, unknown> = {}) =>
      stored({
        model: 'Session',
        payload: { uid: 'u', accountId: 'ada', authorizations: { web: { sid: 's' } }, iat: NOW, exp: NOW, ...members },
      });
    /** Loads a session and saves it with these members changed, as a request does. */
    const save = (known: Artifact, members: Record<string, unknown>) =>
      work.run(async () => {
        await work.find('Session', 'id', known.id);
        await put({ ...known, payload: { ...known.payload, ...members } });
      });

    it('is not written when nothing but its expiry moved, by less than 300 s, wherever it was seen', async () => {
      await save(session({ seen: { at: NOW, agent: 'one' } }), { exp: NOW + 299 });
      await save(session({ seen: { at: NOW, agent: 'one' } }), {
        exp: NOW + 299,
        seen: { at: NOW + 299, agent: 'two' },
      });
      assert.deepEqual(store.applied, []);
    });

    it('is written when its expiry moved by 300 s', async () => {
      await save(session(), { exp: NOW + 300 });
      assert.deepEqual(kinds(), [['put', 'require']]);
    });

    it('[33] must still be there, under the id that was looked at, when it is written or given another id', async () => {
      const known = session();
      const required = () => store.applied.flat().filter(({ kind }) => kind === 'require');
      const expected: Write = { kind: 'require', model: 'Session', id: known.id };
      await save(known, { amr: ['pwd'] });
      assert.deepEqual(required(), [expected]);
      store.applied.splice(0);
      await work.run(async () => {
        await work.find('Session', 'id', known.id);
        await work.write({ kind: 'destroy', model: 'Session', id: known.id });
        await put({ ...known, id: anId() });
      });
      assert.deepEqual(required(), [expected]);
      store.wins = false;
      await assert.rejects(
        save(known, { amr: [] }),
        (error) => error instanceof ArtifactConflict && error.lost === 'require',
      );
    });

    it('is required by nobody who ends it, or begins another', async () => {
      const known = session();
      await work.run(async () => {
        await work.find('Session', 'id', known.id);
        await work.write({ kind: 'destroy', model: 'Session', id: known.id });
        await put({ ...known, id: anId(), payload: { uid: 'another' } });
      });
      assert.deepEqual(kinds(), [['destroy', 'put', 'end', 'event']]);
    });

    it('has ended at each of its applications, but where it was to outlive that, when it goes and does not go on', async () => {
      const authorizations = { web: { sid: 'a' }, shop: { sid: 'b', persistsLogout: true }, none: {} };
      const known = session({ authorizations });
      const endings = () => store.applied.flat().flatMap((write) => (write.kind === 'end' ? [write.ending] : []));
      const destroy = () => work.write({ kind: 'destroy', model: 'Session', id: known.id });
      await work.run(async () => {
        await work.find('Session', 'id', known.id);
        await destroy();
        await put({ ...known, id: anId() });
      });
      assert.deepEqual(endings(), []);
      await work.run(async () => {
        await work.find('Session', 'id', known.id);
        await destroy();
      });
      assert.deepEqual(endings(), [{ kind: 'sid', value: 'a' }]);
    });

    it('is written when anything else changed, however little', async () => {
      const changes = [
        { accountId: 'bob' },
        { authorizations: { web: { sid: 's', grantId: 'g' } } },
        { authorizations: undefined },
        { amr: ['pwd'] },
        { loginTs: NOW },
      ];
      for (const change of changes) await save(session(), { exp: NOW + 1, ...change });
      assert.equal(store.applied.length, changes.length);
    });

    it('is written when it was not read before, or is another session', async () => {
      const known = session();
      await work.run(() => put(known));
      await work.run(async () => {
        await work.find('Session', 'id', known.id);
        await put({ ...known, id: anId() });
      });
      assert.equal(store.applied.length, 2);
    });

    it('is the only kind that is skipped', async () => {
      const known = stored({ model: 'Grant', payload: { exp: NOW } });
      await work.run(async () => {
        await work.find('Grant', 'id', known.id);
        await put({ ...known, payload: { exp: NOW + 1 } });
      });
      assert.deepEqual(kinds(), [['put']]);
    });

    it('never lags behind by 300 s, in however small steps it is used', async () => {
      const known = session();
      for (let exp = NOW; exp < NOW + 3600; exp += 40) {
        const current = store.stored[0] as Artifact;
        await save(current, { exp });
        const written = store.applied.splice(0).flat();
        for (const write of written) if (write.kind === 'put') Object.assign(store.stored[0] ?? {}, write.artifact);
        const lag = exp - Number(store.stored[0]?.payload['exp']);
        assert.ok(lag >= 0 && lag < 300, `the stored expiry lags ${lag} s behind`);
      }
      assert.ok(Number(store.stored[0]?.payload['exp']) > NOW + 3000);
      assert.deepEqual(store.stored[0]?.id, known.id);
    });
  });
});
