import { bodyParser } from '@koa/bodyparser';
import { BAD_REQUEST, Problem } from '../kernel/problem.ts';
import type { Context, Middleware } from './context.ts';

const FORM = 'application/x-www-form-urlencoded';

/** Reads an HTML form of up to 64 KiB into `ctx.request.body`; more is a 413. */
export const readForm = bodyParser({
  enableTypes: ['form'],
  formLimit: '64kb',
  encoding: 'utf-8',
  onError: refuse,
}) as unknown as Middleware;

/** Reads a form of up to 8 KiB as the text it was sent as. */
const readText = bodyParser({
  enableTypes: ['text'],
  extendTypes: { text: [FORM] },
  textLimit: '8kb',
  onError: refuse,
}) as unknown as Middleware;

/** The parameters of a form, in order, each as often as it was sent: nothing of them is read into them. */
export async function formParameters(ctx: Context): Promise<URLSearchParams> {
  await readText(ctx, async () => undefined);
  const { body } = ctx.request as { body?: unknown };
  return new URLSearchParams(typeof body === 'string' ? body : '');
}

/** One field of the form that was sent. Absent, or sent twice, it is the empty string. */
export function field(ctx: Context, name: string): string {
  const value = sentAs(ctx, name);
  return typeof value === 'string' ? value : '';
}

/**
 * A field that may be left empty. What is no text, as no browser sends it, would be taken for nothing.
 * @throws Problem 400
 */
export function optionalField(ctx: Context, name: string): string {
  const value = sentAs(ctx, name) ?? '';
  if (typeof value !== 'string') throw new Problem(BAD_REQUEST);
  return value;
}

/** Whether the form that was sent has such a field, whatever is in it. */
export const hasField = (ctx: Context, name: string): boolean => sentAs(ctx, name) !== undefined;

/** A text, or a list of what was sent under one name. */
function sentAs(ctx: Context, name: string): unknown {
  const body = (ctx.request as { body?: unknown }).body;
  return typeof body === 'object' && body !== null && Object.hasOwn(body, name) ? Object(body)[name] : undefined;
}

/** A body that isn't what its headers say, such as one that claims to be compressed, is its sender's fault. */
export function refuse(error: Error & { status?: number }): never {
  if (error.status === 413 || error.status === 415) throw error;
  throw new Problem(BAD_REQUEST);
}
