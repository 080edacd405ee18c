import { exportData } from '../../accounts/index.ts';
import type { Context } from '../../http/index.ts';
import type { WebParts } from '../parts.ts';
import { type AccountPage, formOf } from './page.ts';
import type { Person } from './person.ts';

/** `/account/data`: all that is held about somebody, to take away. */
export function dataPage(parts: WebParts): AccountPage {
  const path = '/account/data';
  return {
    path,
    fresh: true,
    show: (ctx, person, errors, status) =>
      parts.show(ctx, 'account-data', { ...formOf(ctx, parts, path, person), errors }, status),
    async take(ctx: Context, { user }: Person) {
      const data = await exportData(parts.accounts, user.id);
      const day = parts.clock.now().toISOString().slice(0, 10);
      ctx.attachment(`gatehouse-${day}.json`);
      ctx.type = 'json';
      ctx.body = `${JSON.stringify(data, null, 2)}\n`;
    },
  };
}
