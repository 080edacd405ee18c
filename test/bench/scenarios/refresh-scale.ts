import { createDatabase } from '../../../adapters/postgres/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { withProgram } from '../programs.ts';
import { type Contender, compared, type Figures } from '../rounds.ts';
import { LOADS } from '../token-load.ts';
import { preparedFor } from './token-requests.ts';

const [FEW, MANY] = [10_000, Number(process.env['BENCH_MANY'] ?? 1_000_000)];

/** Whatever looks up what is stored, or checks it. */
const SCENARIOS = ['refresh', 'code_exchange', 'introspection', 'userinfo', 'sso_authorization'];

export interface Scale {
  readonly scenario: string;
  readonly few: Figures;
  readonly many: Figures;
  /** Requests a second with many over those with few. */
  readonly ratio: number;
}

/** Requests beside 10,000 live refresh tokens and their grants, and beside 1,000,000. */
export async function refreshAtScale(): Promise<Scale[]> {
  const signer = await createSigner('signer');
  process.env['BENCH_SIGNER'] = signer.jwk;
  const databases = [await createTestDatabase(), await createTestDatabase()] as const;
  await populate(databases[0], FEW);
  await populate(databases[1], MANY);
  const run = () =>
    withProgram<string, Scale[]>('token-server', [databases[0].url], (few) =>
      withProgram<string, Scale[]>('token-server', [databases[1].url], (many) => {
        const of = (name: string, { child, said }: typeof few) => ({ name, base: said, pid: child.pid, signer });
        return measure([of('few', few), of('many', many)]);
      }),
    );
  return run().finally(() => Promise.all(databases.map((database) => database.drop())));
}

async function measure(contenders: readonly Contender[]): Promise<Scale[]> {
  const scales: Scale[] = [];
  for (const scenario of SCENARIOS) {
    const turns = await compared(contenders, LOADS[scenario] as never, preparedFor(scenario));
    scales.push({ scenario, few: turns.of('few'), many: turns.of('many'), ratio: turns.ratio('many', 'few') });
  }
  return scales;
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
export function scaleWords(scales: readonly Scale[]): string {
  const head = `requests a second beside ${FEW} live refresh tokens, and beside ${MANY} (aim: 0.9 of each other)\n`;
  const line = ({ scenario, few, many, ratio }: Scale) =>
    `  ${scenario.padEnd(20)}${few.perSecond} (${few.cpu} µs of CPU), ${many.perSecond} (${many.cpu} µs): ${ratio}\n`;
  return head + scales.map(line).join('');
}
