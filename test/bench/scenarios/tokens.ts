import { SECRET } from '../../support/declaration.ts';
import { load, type Measured, type Shot } from '../load.ts';
import { withProgram } from '../programs.ts';

const LOAD = { width: 16, seconds: 5 };

/** A request for a token by client_credentials, as an API's caller sends it. */
export const tokenRequest = (base: string): Shot => ({
  url: `${base}/oauth2/token`,
  method: 'POST',
  headers: {
    authorization: `Basic ${Buffer.from(`service:${SECRET}`).toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  },
  body: 'grant_type=client_credentials&scope=orders%3Aread&resource=https%3A%2F%2Fapi.example.com',
});

export type Row = Measured & { readonly scenario: string; readonly ratio: number };

/** Tokens in a second, and of a bare program that does the least a token endpoint must. */
export async function tokens(): Promise<readonly Row[]> {
  const floor = await measure('floor');
  const gatehouse = await measure('gatehouse');
  const ratio = Math.round((gatehouse.perSecond / floor.perSecond) * 100) / 100;
  return [
    { scenario: 'client_credentials JWT, floor', ...floor, ratio: 1 },
    { scenario: 'client_credentials JWT, Gatehouse', ...gatehouse, ratio },
  ];
}

function measure(kind: 'gatehouse' | 'floor'): Promise<Measured> {
  return withProgram<string, Measured>('server', [kind], async ({ said: base }) => {
    await load(tokenRequest(base), { width: LOAD.width, seconds: 1 });
    return load(tokenRequest(base), LOAD);
  });
}

/** The same for people. */
export function tokenWords(rows: readonly Row[]): string {
  const line = (cells: readonly (string | number)[]) =>
    `${String(cells[0]).padEnd(36)}${cells
      .slice(1)
      .map((cell) => String(cell).padStart(10))
      .join('')}\n`;
  const head = line(['scenario', 'req/s', 'p50 ms', 'p99 ms', 'ratio']);
  return head + rows.map((row) => line([row.scenario, row.perSecond, row.p50, row.p99, row.ratio])).join('');
}
