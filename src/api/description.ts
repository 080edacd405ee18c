import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Context } from '../http/index.ts';
import type { ProblemMembers } from '../kernel/problem.ts';

/** How a caller can show who it is; each is a security scheme of the document. */
export type Credential = 'bearer' | 'dpop' | 'basic' | 'client_id';

/** Who may call, and who it turns out to be. */
export interface Access<Caller> {
  /** Any one of these will do. */
  readonly credentials: readonly Credential[];
  /** What the token must hold, where one has to be shown. */
  readonly scope?: string;
  /** What it refuses with. */
  readonly problems: readonly ProblemMembers[];
  /** @throws Problem when the caller may not. */
  admit(ctx: Context): Promise<Caller>;
}

/** What is called, by whom, with what; each part as its schema has read it. */
export interface Call<Caller, Params, Query, Body> {
  readonly ctx: Context;
  readonly caller: Caller;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
}

/** What is answered when all went well. Without a schema there is nothing but the status. */
export interface Answer<Content> {
  readonly status: 200 | 201 | 202 | 204;
  readonly description: string;
  readonly schema?: z.ZodType<Content>;
  /** Of its own, besides those of every answer. */
  readonly headers?: z.ZodObject;
  /** What else it may be, by media type: a stream. */
  readonly streams?: Readonly<Record<string, string>>;
}

/** One method of one path, declared once: requests are answered by it, and the OpenAPI document is written from it. */
export interface Description<Caller, Params, Query, Body, Content> {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** As OpenAPI writes it: `/v1/users/{id}`. */
  readonly path: `/v1/${string}`;
  /** The heading it stands under in the document. */
  readonly group: string;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access<Caller>;
  /** Of the path: what does not fit is a 404. */
  readonly params?: z.ZodObject & z.ZodType<Params>;
  /** Of the query: what does not fit is a 400. */
  readonly query?: z.ZodObject & z.ZodType<Query>;
  /** Of the body, a strict one: what does not fit, or is not known, is a 422. */
  readonly body?: z.ZodType<Body>;
  /** Stands for the body of a request that has none; without it, one is required. */
  readonly bodyless?: Readonly<Record<string, never>>;
  /** Bytes that the body may have; 64 KiB where nothing is said. */
  readonly bodyLimit?: number;
  /** Headers that are looked at by `handle`, for the document. */
  readonly headers?: z.ZodObject;
  readonly answer: Answer<Content>;
  /** What else can go wrong. What its access, its parameters and its body refuse, and a 500, are known. */
  readonly problems?: readonly ProblemMembers[];
  handle(call: Call<Caller, Params, Query, Body>): Promise<Content | Readable>;
}
