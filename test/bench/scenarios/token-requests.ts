import { createTestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { halves, movedTo, on } from '../cores.ts';
import { type Program, withProgram } from '../programs.ts';
import { type Contender, compared, type Figures, LOAD } from '../rounds.ts';
import { LOADS } from '../token-load.ts';

/** Those of which each request needs something of its own, which is prepared before. */
const PREPARED = new Set([
  'credentials_private_key',
  'credentials_private_key_rs256',
  'code_exchange',
  'introspection_first',
]);

/** How many of them a connection is prepared for at a time. */
export const preparedFor = (scenario: string): number | undefined => (PREPARED.has(scenario) ? LOAD.each : undefined);

export interface TokenRow {
  readonly scenario: string;
  readonly floor: Figures;
  readonly engine: Figures;
  readonly gatehouse: Figures;
  /** Requests a second of Gatehouse over those of the floor, and of bare oidc-provider. */
  readonly ofFloor: number;
  readonly ofEngine: number;
}

/** Names of scenarios of this file: each can be run alone. */
export const TOKEN_SCENARIOS = Object.keys(LOADS);

/**
 * What requests for and with tokens cost: of Gatehouse, of the floor (bare node:http, the same statements by pg, the same
 * signatures) and of bare oidc-provider on its memory adapter, in turn.
 */
export async function tokenRequests(names: readonly string[]): Promise<TokenRow[]> {
  return withTokenPrograms(async (contenders) => {
    const rows: TokenRow[] = [];
    for (const scenario of names) {
      const load = LOADS[scenario];
      if (!load) throw new Error(`there is no scenario ${scenario}`);
      const turns = await compared(contenders, load, preparedFor(scenario));
      rows.push({
        scenario,
        floor: turns.of('floor'),
        engine: turns.of('engine'),
        gatehouse: turns.of('gatehouse'),
        ofFloor: turns.ratio('gatehouse', 'floor'),
        ofEngine: turns.ratio('gatehouse', 'engine'),
      });
    }
    return rows;
  });
}

/** All three, each in a process of its own; where it can be, on other cores than the load and the database. */
async function withTokenPrograms<Result>(work: (contenders: Contender[]) => Promise<Result>): Promise<Result> {
  const cores = await halves();
  const signer = await createSigner('signer');
  process.env['BENCH_SIGNER'] = signer.jwk;
  const [mine, floors] = [await createTestDatabase(), await createTestDatabase()];
  const options = on(cores?.measured);
  const contender = (name: string, { child, said: base }: Program<string>): Contender => ({
    name,
    base,
    pid: child.pid,
    signer,
    opaque: name === 'engine',
  });
  const all = () =>
    withProgram<string, Result>(
      'token-server',
      [mine.url],
      (gatehouse) =>
        withProgram<string, Result>(
          'token-floor',
          [floors.url],
          (floor) =>
            withProgram<string, Result>(
              'bare-engine',
              [],
              (engine) =>
                work([contender('gatehouse', gatehouse), contender('floor', floor), contender('engine', engine)]),
              options,
            ),
          options,
        ),
      options,
    );
  return movedTo(cores?.rest, all).finally(() => Promise.all([mine.drop(), floors.drop()]));
}

/** The same for people. */
export function tokenRequestWords(rows: readonly TokenRow[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `${String(cells[0]).padEnd(26)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(10))
      .join('')}\n`;
  const head = ['', 'floor/s', 'CPU µs', 'engine/s', 'CPU µs', 'Gatehouse/s', 'CPU µs', 'of floor', 'of engine'];
  const cellsOf = ({ scenario, floor, engine, gatehouse, ofFloor, ofEngine }: TokenRow) => [
    scenario,
    ...[floor, engine, gatehouse].flatMap(({ perSecond, cpu }) => [perSecond, cpu]),
    ofFloor,
    ofEngine,
  ];
  const aims =
    'aims: client_credentials 0.4 of the floor and 0.9 of the engine; refresh, exchange, introspection 0.4 of the floor\n';
  return line(head) + rows.map((row) => line(cellsOf(row))).join('') + aims;
}
