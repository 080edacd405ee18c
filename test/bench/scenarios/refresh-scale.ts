import { createDatabase } from '../../../adapters/postgres/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { withProgram } from '../programs.ts';
import { compared, type Figures } from '../rounds.ts';
import { LOADS } from '../token-load.ts';

const [FEW, MANY] = [10_000, Number(process.env['BENCH_MANY'] ?? 1_000_000)];

export interface Scale {
  readonly few: Figures;
  readonly many: Figures;
  /** Refreshes a second with many over those with few. */
  readonly ratio: number;
}

/** Refreshing beside 10,000 live refresh tokens and their grants, and beside 1,000,000. */
export async function refreshAtScale(): Promise<Scale> {
  const signer = await createSigner('signer');
  process.env['BENCH_SIGNER'] = signer.jwk;
  const databases = [await createTestDatabase(), await createTestDatabase()] as const;
  await populate(databases[0], FEW);
  await populate(databases[1], MANY);
  const run = () =>
    withProgram<string, Scale>('token-server', [databases[0].url], (few) =>
      withProgram<string, Scale>('token-server', [databases[1].url], async (many) => {
        const of = (name: string, { child, said }: typeof few) => ({ name, base: said, pid: child.pid, signer });
        const turns = await compared([of('few', few), of('many', many)], LOADS['refresh'] as never);
        return { few: turns.of('few'), many: turns.of('many'), ratio: turns.ratio('many', 'few') };
      }),
    );
  return run().finally(() => Promise.all(databases.map((database) => database.drop())));
}

/** Rows as large as real ones, each with a grant of its own, over a thousand people and two weeks of expiry. */
async function populate({ url }: TestDatabase, count: number): Promise<void> {
  const db = createDatabase(url, { max: 1 });
  for (const model of ['Grant', 'RefreshToken'])
    await db.raw(
      `insert into oidc_artifacts (model, id, payload, account_id, client_id, grant_id, expires_at)
       select ?, sha256((?::text || n)::bytea), json_build_object('kind', ?::text, 'filler', repeat('x', 500)),
         'account-' || n % 1000, 'own', sha256(('Grant' || n)::bytea), now() + n % 1209600 * interval '1 second' + interval '1 day'
       from generate_series(1, ?) n`,
      [model, model, model, count],
    );
  await db.raw('vacuum analyze oidc_artifacts');
  await db.destroy();
}

/** The same for people. */
export function scaleWords({ few, many, ratio }: Scale): string {
  return `refreshes a second beside ${FEW} live refresh tokens: ${few.perSecond} (${few.cpu} µs of CPU), beside ${MANY}: \
${many.perSecond} (${many.cpu} µs): ${ratio} (aim 0.9)\n`;
}
