import type { DefaultContext, Middleware as KoaMiddleware, ParameterizedContext } from 'koa';
import type { Locale } from '../i18n/index.ts';

/** What our middleware leaves for those after it. */
export interface State {
  correlationId: string;
  /** What the answer is written in, once somebody has said so or asked; `languageOf` tells. */
  locale?: Locale;
  /** For the content security policy of this answer, where it may be a page. */
  nonce?: string;
}

export type Context = ParameterizedContext<State, DefaultContext>;
export type Middleware = KoaMiddleware<State>;
