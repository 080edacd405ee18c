import type { Context } from './context.ts';
import { languageOf } from './language.ts';
import type { CommonLocals } from './page-parts.ts';
import type { Locals, PageName } from './pages.ts';
import type { Renderer } from './render.ts';
import { allowPage } from './security-headers.ts';

/** Answers with a hosted page. The status is the caller's to set; 200 where it said nothing. */
export type Show = <Name extends PageName>(
  ctx: Context,
  name: Name,
  locals: Omit<Locals<Name>, 'nonce' | 'correlation_id' | 'locale'>,
  status?: number,
) => Promise<void>;

export function createShow(renderer: Renderer): Show {
  return async (ctx, name, locals, status = 200) => {
    const common: CommonLocals = {
      nonce: allowPage(ctx),
      correlation_id: ctx.state.correlationId,
      locale: languageOf(ctx),
    };
    ctx.status = status;
    ctx.type = 'html';
    ctx.body = await renderer.page(name, { ...locals, ...common } as never);
  };
}
