import type { z } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { type Context, jsonReader, type ReadJson, type SentJson } from '../http/index.ts';
import { NOT_FOUND, Problem } from '../kernel/problem.ts';
import type { Description } from './description.ts';
import { lossesOf } from './losses.ts';
import { operationOf } from './operation.ts';
import { INVALID_BODY, INVALID_QUERY } from './problems.ts';
import { detailsOf, inWords } from './validate.ts';

/** A route as the router and the document take it. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  readonly path: string;
  readonly operation: ZodOpenApiOperationObject;
  answer(ctx: Context): Promise<void>;
}

/** Makes a route of its description. Who may not call is refused before anything else of the request is looked at. */
export function route<Caller, Params, Query, Body, Content>(
  declared: Description<Caller, Params, Query, Body, Content>,
): Route {
  const { method, path } = declared;
  const bodyOf = bodyReader(declared);
  return {
    method,
    path,
    operation: operationOf(declared),
    async answer(ctx) {
      const caller = await declared.access.admit(ctx);
      const params = read(declared.params, ctx['params'], () => new Problem(NOT_FOUND));
      const query = read(declared.query, ctx.query, (error) => new Problem({ ...INVALID_QUERY, ...told(error) }));
      const body = declared.body && readBody(declared.body, await bodyOf(ctx));
      const content = await declared.handle({ ctx, caller, params, query, body: body as Body });
      ctx.body = content ?? null;
      ctx.status = declared.answer.status;
    },
  };
}

/** What was sent; where nothing was, and nothing has to be, what stands for it. */
function bodyReader({
  bodyLimit = BODY_LIMIT,
  bodyless,
}: Pick<Description<never, never, never, never, never>, 'bodyLimit' | 'bodyless'>): ReadJson {
  const readJson = jsonReader(bodyLimit);
  return async (ctx) => (bodyless && !isSent(ctx) ? { text: '{}', value: bodyless } : readJson(ctx));
}

/** Whether a request has a body, whatever it is (RFC 9112 §6). */
const isSent = ({ request: { headers, length } }: Context): boolean =>
  headers['transfer-encoding'] !== undefined || Boolean(length);
/** Bytes that a body may have where nothing is said. */
const BODY_LIMIT = 64 * 1024;

/** The value as the schema has it; nothing where there is no schema. */
function read<T>(schema: z.ZodType<T> | undefined, value: unknown, problem: (error: z.ZodError) => Problem): T {
  if (!schema) return undefined as T;
  const result = schema.safeParse(value, { error: inWords });
  if (result.success) return result.data;
  throw problem(result.error);
}

/** What fits the schema is not nested without end. */
function readBody<T>(schema: z.ZodType<T>, sent: SentJson): T {
  const body = read(schema, sent.value, badBody);
  const errors = lossesOf(sent);
  if (errors.length > 0) throw new Problem({ ...INVALID_BODY, errors });
  return body;
}

const told = (error: z.ZodError) => ({ errors: detailsOf(error) });

const badBody = (error: z.ZodError) => new Problem({ ...INVALID_BODY, ...told(error) });
