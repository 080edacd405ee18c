import { bodyParser } from '@koa/bodyparser';
import { parseJson } from '../kernel/json.ts';
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

/** A character for each byte: as UTF-8 it would put U+FFFD in the place of bytes that are none, and say nothing. */
const bytesReader = (limit: number) =>
  bodyParser({
    enableTypes: ['text'],
    extendTypes: { text: [JSON_TYPE] },
    textLimit: `${limit}b`,
    encoding: 'binary',
    onError: refuse,
  }) as unknown as Middleware;

/** A body as it was sent, and as it is read: members of odd names are members like any other. */
export interface SentJson {
  readonly text: string;
  readonly value: unknown;
}

/** Reads the JSON body of a request. */
export type ReadJson = (ctx: Context) => Promise<SentJson>;

/**
 * Reads JSON bodies of up to so many bytes; a longer one is refused before any of it is looked at.
 * @throws Problem 413 for more, 415 for anything but `application/json`, 400 for what isn't JSON, or isn't UTF-8.
 */
export function jsonReader(limit: number): ReadJson {
  const readBytes = bytesReader(limit);
  return async (ctx) => {
    if (!ctx.is(JSON_TYPE)) throw new Problem(UNSUPPORTED_MEDIA_TYPE);
    await readBytes(ctx, async () => undefined);
    try {
      return parsed(Buffer.from(String(ctx.request.body), 'binary'));
    } catch {
      throw new Problem(BAD_REQUEST);
    }
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parsed(bytes: Buffer): SentJson {
  const text = utf8.decode(bytes);
  return { text, value: parseJson(text) };
}
