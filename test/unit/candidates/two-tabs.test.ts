import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Knex } from 'knex';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { type CandidateParts, findSession, readHistory, saveState } from '../../../src/candidates/index.ts';
import { candidateParts, SERVICE, startSession } from '../../support/assessments.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';

/** What a tab does next: it reads what there is, or saves what it has changed; both tabs at once, or one after the other. */
type Act = { readonly tab: 0 | 1; readonly does: 'read' | 'save' | 'beat'; readonly waits: boolean };

const acts = fc.array(
  fc.record<Act>({
    tab: fc.constantFrom(0, 1),
    does: fc.constantFrom('read', 'save', 'save', 'save', 'beat'),
    waits: fc.boolean(),
  }),
  { minLength: 20, maxLength: 20 },
);

/** Runs of twenty acts, of which some nine change something. */
const RUNS = 80;

/** Of each of the two, that changed something. */
const SAVES = 500;

describe('two tabs that save at once', () => {
  let database: TestDatabase;
  let pools: readonly [Knex, Knex];
  before(async () => {
    database = await createTestDatabase();
    pools = [createDatabase(database.url, { max: 4 }), createDatabase(database.url, { max: 4 })];
  });
  after(async () => {
    for (const pool of pools) await pool.destroy();
    await database.drop();
  });

  /** Saves by both, at random. @param nodes what each of the tabs is served by */
  async function saveAtRandom(nodes: readonly [CandidateParts, CandidateParts]): Promise<void> {
    const seen = { saved: 0, stale: 0 };
    await fc.assert(
      fc.asyncProperty(acts, async (list) => {
        const { id } = await startSession(nodes[0]);
        const tabs = [new Tab(nodes[0], id), new Tab(nodes[1], id)] as const;
        let running: Promise<void>[] = [];
        for (const { tab, does, waits } of list) {
          if (waits) await Promise.all(running.splice(0));
          running = [...running, tabs[tab].act(does)];
        }
        await Promise.all(running);
        const saves = tabs.flatMap((tab) => tab.saves);
        seen.saved += saves.length;
        seen.stale += tabs[0].stale + tabs[1].stale;
        await expectNothingLost(nodes[0], id, saves);
      }),
      { numRuns: RUNS },
    );
    assert.ok(seen.saved >= SAVES && seen.stale > RUNS, JSON.stringify(seen));
  }

  it('never lose what the other has saved; whoever is late hears of the version there is', async function () {
    this.timeout(60_000);
    const node = candidateParts(pools[0]);
    await saveAtRandom([node, node]);
  });

  it('nor where each is served by another node', async function () {
    this.timeout(60_000);
    await saveAtRandom([candidateParts(pools[0]), candidateParts(pools[1])]);
  });
});

interface Saved {
  readonly from: number;
  readonly to: number;
  readonly mark: number;
}

let marks = 0;

/** A browser's tab: it has what it has read, changes that, and saves it. What it does comes one after the other. */
class Tab {
  readonly saves: Saved[] = [];
  stale = 0;
  readonly #parts: CandidateParts;
  readonly #id: string;
  #has = { version: 1, log: [] as number[] };
  #last: Promise<void> = Promise.resolve();

  constructor(parts: CandidateParts, id: string) {
    this.#parts = parts;
    this.#id = id;
  }

  act(does: Act['does']): Promise<void> {
    this.#last = this.#last.then(() => (does === 'read' ? this.#read() : this.#save(does === 'beat')));
    return this.#last;
  }

  async #read(): Promise<void> {
    const session = await findSession(this.#parts.db, this.#parts.time, this.#id);
    assert.ok(session);
    this.#has = { version: session.version, log: (session.stateData['log'] ?? []) as number[] };
  }

  async #save(isBeat: boolean): Promise<void> {
    const { version, log } = this.#has;
    marks += 1;
    const changed = isBeat ? log : [...log, marks];
    const data = version === 1 && isBeat ? {} : { log: changed };
    const saved = await saveState(this.#parts, SERVICE, this.#id, { versions: [version], data });
    if (!('refused' in saved)) {
      if (!isBeat) this.saves.push({ from: version, to: saved.version, mark: lastOf(changed) });
      this.#has = { version: saved.version, log: changed };
      return;
    }
    assert.equal(saved.refused, 'stale');
    this.stale += 1;
    assert.ok(saved.refused === 'stale' && saved.version > version, 'the version that there is now is a later one');
    await this.#read();
    assert.ok(this.#has.version >= saved.version);
  }
}

const lastOf = (log: readonly number[]) => log.at(-1) ?? 0;

/** Each save was made on the one before it, is in what is stored, and in the trail, once. */
async function expectNothingLost(parts: CandidateParts, id: string, saves: readonly Saved[]): Promise<void> {
  const inOrder = saves.toSorted((a, b) => a.to - b.to);
  assert.deepEqual(
    inOrder.map(({ from, to }) => [from, to]),
    inOrder.map((_, at) => [at + 1, at + 2]),
  );
  const session = await findSession(parts.db, parts.time, id);
  assert.deepEqual(
    session?.stateData['log'] ?? [],
    inOrder.map(({ mark }) => mark),
  );
  const trail = await readHistory(parts, id, { limit: 100 });
  const versions = trail?.entries.filter(({ event }) => event === 'save').map(({ version }) => version);
  assert.deepEqual(
    versions,
    inOrder.map(({ to }) => to),
  );
}
