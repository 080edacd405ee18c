import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { createDatabase } from '../../../adapters/postgres/index.ts';
import { SECRET } from '../../support/declaration.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { RelyingParty } from '../../support/relying-party.ts';
import { createSigner } from '../../support/signer.ts';
import { fillLog, MONTHS } from '../event-log.ts';
import { type Program, withProgram } from '../programs.ts';
import { type Contender, compared, type Figures } from '../rounds.ts';
import { ISSUER } from '../token-kit.ts';
import { call } from '../token-load.ts';

const [FEW, WANTED] = [10_000, Number(process.env['BENCH_EVENTS'] ?? 10_000_000)];
/** Bytes of disk that an event takes with its indexes, while they are made. */
const EACH = 1500;
/** Places in the log that pages are read from, so that it is not the same page each time. */
const PLACES = 100;
const MONTH_MS = 30 * 86_400_000;

interface Compared {
  readonly few: Figures;
  readonly many: Figures;
  /** Pages a second of the long log over those of the short one. */
  readonly ratio: number;
}

const QUERIES = {
  'behind a cursor': (cursor: string) => ({ after: cursor }),
  'of a common type': (cursor: string) => ({ after: cursor, types: 'identity.login.*' }),
  'of a type in twenty': (cursor: string) => ({ after: cursor, types: 'candidate.*' }),
  'from a time': (_: string, since: string) => ({ since }),
} as const;

export interface Fed {
  readonly few: number;
  readonly many: number;
  readonly pages: Readonly<Record<keyof typeof QUERIES, Compared>>;
}

type Pages = Fed['pages'];

/** A page of the feed of 10,000 events and of 10,000,000, by position, by type and by time, from all over the log. */
export async function eventsFeed(): Promise<Fed> {
  const many = await affordable();
  const databases = [await createTestDatabase(), await createTestDatabase()] as const;
  try {
    await fill(databases[0], FEW);
    await fill(databases[1], many);
    const pages = await withProgram<string, Pages>('save-server', [databases[0].url], (one) =>
      withProgram<string, Pages>('save-server', [databases[1].url], (other) => measured(one, other)),
    );
    return { few: FEW, many, pages };
  } finally {
    await Promise.all(databases.map((database) => database.drop()));
  }
}

/** As many as were asked for, or as half of the disk that is free takes. */
async function affordable(): Promise<number> {
  const { bavail, bsize } = await statfs(tmpdir());
  const most = Math.floor((bavail * bsize) / 2 / EACH);
  if (most < WANTED) process.stderr.write(`  the disk has room for ${most} events, and not for ${WANTED}\n`);
  return Math.min(WANTED, most);
}

async function fill({ url }: TestDatabase, count: number): Promise<void> {
  const db = createDatabase(url, { max: 1 });
  const began = performance.now();
  let told = 0;
  await fillLog(db, count, (rows) => {
    if (rows - told < 500_000 && rows < count) return;
    told = rows;
    process.stderr.write(`  ${rows} of ${count} events, ${Math.round((performance.now() - began) / 1000)} s\n`);
  });
  const { rows } = await db.raw('select pg_database_size(current_database()) / 1048576 as size');
  const seconds = Math.round((performance.now() - began) / 1000);
  process.stderr.write(`  with its indexes after ${seconds} s, ${rows[0].size} MiB\n`);
  await db.destroy();
}

type Server = Program<string>;

async function measured(few: Server, many: Server): Promise<Pages> {
  const places = Array.from({ length: PLACES }, (_, at) => since((at + 0.5) / PLACES));
  const signer = await createSigner('signer');
  const contenders = [of('few', few), of('many', many)];
  const readers = new Map<string, Reader>();
  for (const { base } of contenders) readers.set(base, await readerOf(base, places));
  const results: Partial<Record<keyof Pages, Compared>> = {};
  for (const [name, queryOf] of Object.entries(QUERIES)) {
    const turns = await compared(contenders, async (target) => {
      const { headers, cursors } = readers.get(target.base) as Reader;
      let turn = Math.floor(Math.random() * PLACES);
      return async () => {
        turn = (turn + 1) % PLACES;
        const query = new URLSearchParams(queryOf(cursors[turn] ?? '', places[turn] ?? ''));
        await call(target, 'GET', `/v1/events?${query}`, headers);
      };
    });
    const ratio = turns.ratio('many', 'few');
    results[name as keyof Pages] = { few: turns.of('few'), many: turns.of('many'), ratio };
  }
  return results as Pages;

  function of(name: string, { child, said }: Server): Contender {
    return { name, base: said, pid: child.pid, signer };
  }
}

/** A moment of the past that so much of the log is behind. */
const since = (share: number): string => new Date(Date.now() - (1 - share) * (MONTHS - 1) * MONTH_MS).toISOString();

interface Reader {
  readonly headers: Readonly<Record<string, string>>;
  readonly cursors: readonly string[];
}

/** With a token, and the cursors behind the first event of each place. */
async function readerOf(base: string, places: readonly string[]): Promise<Reader> {
  const grant = { grant_type: 'client_credentials', resource: `${ISSUER}/v1`, scope: 'events:read' };
  const { body } = await new RelyingParty(base).token(grant, { id: 'operator', secret: SECRET });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const cursors: string[] = [];
  for (const place of places) {
    const answer = await fetch(`${base}/v1/events?limit=1&since=${place}`, { headers });
    const { items, next_cursor } = (await answer.json()) as { items: unknown[]; next_cursor: string };
    if (items.length === 0) throw new Error(`no event since ${place}`);
    cursors.push(next_cursor);
  }
  return { headers, cursors };
}

/** The same for people. */
export function feedWords({ few, many, pages }: Fed): string {
  const line = ([name, { few: one, many: other, ratio }]: [string, Compared]) =>
    `  ${name}: ${other.perSecond} (${other.cpu} µs of CPU) of ${one.perSecond} (${one.cpu} µs): ${ratio}\n`;
  const head = `pages of the feed a second, of ${many} events over those of ${few} (aim 0.9)\n`;
  return head + Object.entries(pages).map(line).join('');
}
