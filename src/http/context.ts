import type { DefaultContext, Middleware as KoaMiddleware, ParameterizedContext } from 'koa';

/** What our middleware leaves for those after it. */
export interface State {
  correlationId: string;
  /** For the content security policy of this answer. */
  nonce: string;
}

export type Context = ParameterizedContext<State, DefaultContext>;
export type Middleware = KoaMiddleware<State>;
