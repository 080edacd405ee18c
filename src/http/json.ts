import { bodyParser } from '@koa/bodyparser';
import { BAD_REQUEST, Problem, type ProblemMembers } from '../kernel/problem.ts';
import type { Context, Middleware } from './context.ts';
import { refuse } from './form.ts';

const JSON_TYPE = 'application/json';

export const UNSUPPORTED_MEDIA_TYPE = {
  status: 415,
  code: 'unsupported_media_type',
  title: 'Unsupported media type',
  detail: 'Send JSON, with Content-Type: application/json.',
} satisfies ProblemMembers;

/** As text: what it says is read once, by `JSON.parse`, which makes members of odd names members like any other. */
const textReader = (limit: number) =>
  bodyParser({
    enableTypes: ['text'],
    extendTypes: { text: [JSON_TYPE] },
    textLimit: `${limit}b`,
    encoding: 'utf-8',
    onError: refuse,
  }) as unknown as Middleware;

/** Reads the JSON body of a request. */
export type ReadJson = (ctx: Context) => Promise<unknown>;

/**
 * Reads JSON bodies of up to so many bytes; a longer one is refused before any of it is looked at.
 * @throws Problem 413 for more, 415 for anything but `application/json`, 400 for what isn't JSON.
 */
export function jsonReader(limit: number): ReadJson {
  const readText = textReader(limit);
  return async (ctx) => {
    if (!ctx.is(JSON_TYPE)) throw new Problem(UNSUPPORTED_MEDIA_TYPE);
    await readText(ctx, async () => undefined);
    try {
      return JSON.parse(String(ctx.request.body));
    } catch {
      throw new Problem(BAD_REQUEST);
    }
  };
}
