import { Agent } from 'node:http';
import { createTestDatabase, type TestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { withProgram } from '../programs.ts';
import { type Contender, compared, type Figures } from '../rounds.ts';
import { LOADS, type Load, refreshTokenFor } from '../token-load.ts';
import { populateTokens, refreshesAmong } from '../token-population.ts';
import { preparedFor } from './token-requests.ts';

const [FEW, MANY] = [10_000, Number(process.env['BENCH_MANY'] ?? 1_000_000)];

/** Whatever else looks up what is stored, or checks it. */
const BESIDE = ['code_exchange', 'introspection', 'userinfo', 'sso_authorization'];

export interface Scale {
  readonly scenario: string;
  readonly few: Figures;
  readonly many: Figures;
  /** Requests a second with many over those with few. */
  readonly ratio: number;
}

/** Requests beside 10,000 live refresh tokens and their grants, and beside 1,000,000; refreshes of those themselves, far apart. */
export async function refreshAtScale(): Promise<Scale[]> {
  const signer = await createSigner('signer');
  process.env['BENCH_SIGNER'] = signer.jwk;
  const databases = [await createTestDatabase(), await createTestDatabase()] as const;
  const run = () =>
    withProgram<string, Scale[]>('token-server', [databases[0].url], (few) =>
      withProgram<string, Scale[]>('token-server', [databases[1].url], async (many) => {
        const of = (name: string, { child, said }: typeof few) => ({ name, base: said, pid: child.pid, signer });
        const contenders = [of('few', few), of('many', many)] as const;
        await populate(databases[0], FEW, contenders[0]);
        await populate(databases[1], MANY, contenders[1]);
        return measure(contenders);
      }),
    );
  return run().finally(() => Promise.all(databases.map((database) => database.drop())));
}

async function populate({ url }: TestDatabase, count: number, { base, signer }: Contender): Promise<void> {
  const agent = new Agent();
  await populateTokens(url, count, await refreshTokenFor({ base, agent, signer, opaque: false }));
  agent.destroy();
}

async function measure(contenders: readonly [few: Contender, many: Contender]): Promise<Scale[]> {
  const [few, many] = [refreshesAmong(FEW), refreshesAmong(MANY)];
  const all: Load = (target, each) => (target.base === contenders[0].base ? few : many)(target, each);
  const scales = [await scaleOf('refresh', contenders, all)];
  for (const scenario of BESIDE) scales.push(await scaleOf(scenario, contenders, LOADS[scenario] as Load));
  return scales;
}

async function scaleOf(scenario: string, contenders: readonly Contender[], load: Load): Promise<Scale> {
  const turns = await compared(contenders, load, preparedFor(scenario));
  return { scenario, few: turns.of('few'), many: turns.of('many'), ratio: turns.ratio('many', 'few') };
}

/** The same for people. */
export function scaleWords(scales: readonly Scale[]): string {
  const head = `requests a second beside ${FEW} live refresh tokens, and beside ${MANY} (aim: 0.9 of each other)\n`;
  const line = ({ scenario, few, many, ratio }: Scale) =>
    `  ${scenario.padEnd(20)}${few.perSecond} (${few.cpu} µs of CPU), ${many.perSecond} (${many.cpu} µs): ${ratio}\n`;
  return head + scales.map(line).join('');
}
