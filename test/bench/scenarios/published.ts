import { createTestDatabase } from '../../support/postgres.ts';
import { createSigner } from '../../support/signer.ts';
import { withProgram } from '../programs.ts';
import { compared, type Figures } from '../rounds.ts';
import { call } from '../token-load.ts';

const PATHS = { jwks: '/.well-known/jwks.json', discovery: '/.well-known/openid-configuration' };

export type Published = Readonly<
  Record<keyof typeof PATHS, { readonly koa: Figures; readonly gatehouse: Figures; readonly ratio: number }>
>;

/** Keys and discovery document, over a bare Koa handler that sends the same bytes. */
export async function publishedDocuments(): Promise<Published> {
  const signer = await createSigner('signer');
  process.env['BENCH_SIGNER'] = signer.jwk;
  const database = await createTestDatabase();
  const measure = () =>
    withProgram<string, Published>('token-server', [database.url], (gatehouse) =>
      withProgram<string, Published>('bare-koa', [gatehouse.said, ...Object.values(PATHS)], async (koa) => {
        const of = (name: string, { child, said }: typeof koa) => ({ name, base: said, pid: child.pid, signer });
        const one = async (path: string) => {
          const load = async (target: Parameters<typeof call>[0]) => async () =>
            void (await call(target, 'GET', path, {}));
          const turns = await compared([of('koa', koa), of('gatehouse', gatehouse)], load);
          const ratio = turns.ratio('gatehouse', 'koa');
          return { koa: turns.of('koa'), gatehouse: turns.of('gatehouse'), ratio };
        };
        return { jwks: await one(PATHS.jwks), discovery: await one(PATHS.discovery) };
      }),
    );
  return measure().finally(() => database.drop());
}

/** The same for people. */
export function publishedWords(published: Published): string {
  const line = ([name, { koa, gatehouse, ratio }]: [string, Published['jwks']]) =>
    `${name} a second: ${gatehouse.perSecond} (${gatehouse.cpu} µs of CPU), by a bare Koa handler of the same bytes \
${koa.perSecond} (${koa.cpu} µs): ${ratio} (aim 0.8)\n`;
  return Object.entries(published).map(line).join('');
}
