import { bodyParser } from '@koa/bodyparser';
import type { Context, Middleware } from './context.ts';

/** Reads an HTML form of up to 64 KiB into `ctx.request.body`; more is a 413. */
export const readForm = bodyParser({
  enableTypes: ['form'],
  formLimit: '64kb',
  encoding: 'utf-8',
}) as unknown as Middleware;

/** One field of the form that was sent. Absent, or sent twice, it is the empty string. */
export function field(ctx: Context, name: string): string {
  const body = (ctx.request as { body?: unknown }).body;
  const value = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
  return typeof value === 'string' ? value : '';
}
