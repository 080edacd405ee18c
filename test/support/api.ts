import assert from 'node:assert/strict';
import { z } from 'zod';
import { declaration, SECRET } from './declaration.ts';

/** The clients of `declaration.ts`, and an operator's own: an app without a secret, a backend, another's backend. */
export const firstPartyDeclaration = declaration.replace(
  'resources:',
  `  - client_id: app
    client_name: Our app
    token_endpoint_auth_method: none
    redirect_uris: [https://app.example/callback]
    grant_types: [authorization_code, refresh_token]
    scope: openid profile email offline_access orders:read
    first_party: true
  - client_id: backend
    client_name: Our backend
    client_secret: ${SECRET}
    grant_types: [client_credentials]
    scope: orders:read
    first_party: true
resources:`,
);

type Json = { readonly [member: string]: unknown };

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  /** The body as it came. */
  readonly text: string;
}

/** What an answer refuses with. */
export const refused = ({ status, body }: ApiAnswer) => [status, body['code']];

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Call {
  /** Sent as JSON; a string, or bytes, are sent as they are. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls `/v1`, and holds every answer against what the server's own OpenAPI document says of it. */
export class Api {
  readonly #issuer: string;
  readonly #document: Promise<Json>;
  /** Schemas as something that checks: to make one takes longer than the call. */
  readonly #checks = new Map<Json, z.ZodType>();

  constructor(issuer: string) {
    this.#issuer = issuer;
    this.#document = fetch(`${issuer}/v1/openapi.json`).then((answer) => answer.json() as Promise<Json>);
  }

  async call(method: Method, address: string, { body, headers = {} }: Call = {}): Promise<ApiAnswer> {
    const isRaw = body === undefined || typeof body === 'string' || body instanceof Uint8Array;
    const sent = isRaw ? body : JSON.stringify(body);
    const all = { ...(sent === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
    const answer = await fetch(this.#issuer + address, { method, headers: all, ...(sent ? { body: sent } : {}) });
    const text = await answer.text();
    const [path = ''] = address.split('?');
    await this.#compare(method.toLowerCase(), path, answer, text);
    return { status: answer.status, headers: answer.headers, body: text ? JSON.parse(text) : {}, text };
  }

  post(address: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> {
    return this.call('POST', address, { body, headers });
  }

  async #compare(method: string, path: string, answer: Response, text: string): Promise<void> {
    const document = await this.#document;
    const declared = at(document, ['paths', templateOf(document, path), method, 'responses', String(answer.status)]);
    assert.ok(declared, `${method} ${path} answered ${answer.status}, which is not in the document: ${text}`);
    const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
    const schema = at(declared, ['content', type, 'schema']);
    if (!at(declared, ['content'])) return assert.equal(text, '', `${method} ${path} ${answer.status} has no content`);
    assert.ok(schema, `${method} ${path} ${answer.status} is not declared as ${type}`);
    const check = this.#checks.get(schema) ?? schemaOf(document, schema);
    this.#checks.set(schema, check);
    const result = check.safeParse(JSON.parse(text));
    assert.ok(result.success, `${method} ${path} ${answer.status} is not as declared: ${result.error}\n${text}`);
    if (answer.status >= 400) assertTold(declared, JSON.parse(text));
    assert.equal(answer.headers.get('cache-control'), 'no-store');
    assert.ok(answer.headers.get('x-correlation-id'));
  }
}

/** The path of the document that an address is one of: that of the most words, so that `{id}` stands in for none. */
function templateOf(document: Json, path: string): string {
  const words = path.split('/');
  const fits = (template: string) => {
    const parts = template.split('/');
    return parts.length === words.length && parts.every((part, at) => part.startsWith('{') || part === words[at]);
  };
  const templates = Object.keys(document['paths'] as Json).filter(fits);
  return templates.sort((a, b) => a.split('{').length - b.split('{').length)[0] ?? path;
}

/** The document says of each code what its answers say in `detail`. */
function assertTold({ description }: Json, { code, detail }: Json): void {
  const told = String(description).split('\n');
  assert.ok(told.includes(`\`${code}\`: ${detail}`), `${code} says “${detail}”, the document “${description}”`);
}

/** A member of a document by its path. */
export function at(value: unknown, path: readonly string[]): Json | undefined {
  return path.reduce<unknown>((inner, name) => (inner as Json | undefined)?.[name], value) as Json | undefined;
}

/** A schema of the document as something that checks: its references are to the document's components. */
export function schemaOf(document: Json, schema: Json): z.ZodType {
  return z.fromJSONSchema(resolved(document, schema) as Parameters<typeof z.fromJSONSchema>[0]);
}

/** The same with what its references are to in their place. */
export function resolved(document: Json, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((member) => resolved(document, member));
  if (typeof value !== 'object' || value === null) return value;
  const { $ref } = value as Json;
  if (typeof $ref === 'string') return resolved(document, found(document, $ref));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, resolved(document, member)]));
}

function found(document: Json, ref: string): unknown {
  const target = at(document, ref.split('/').slice(1));
  assert.ok(target, `the document has no ${ref}`);
  return target;
}

export const basic = (id: string, secret = SECRET) => ({ authorization: `Basic ${btoa(`${id}:${secret}`)}` });
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
