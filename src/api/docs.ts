import type { ApiDocs, Context, Show } from '../http/index.ts';
import type { Document } from './openapi.ts';
import type { Route } from './route.ts';

type Operation = Route['operation'];

/** As much of a JSON Schema as is shown. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** `/v1/docs`: the document for people who write programs; in English, as the document is. */
export function showDocs(ctx: Context, show: Show, document: Document): Promise<void> {
  ctx.state.locale = 'en';
  return show(ctx, 'api-docs', docsOf(document));
}

/** The document as a page tells it: by group, each operation with what may be sent and what may come back. */
function docsOf(document: Document): ApiDocs {
  const operations = Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
  );
  const groups = Object.groupBy(operations, ({ operation }) => operation.tags?.[0] ?? '');
  return {
    description: document.info.description ?? '',
    document_url: '/v1/openapi.json',
    callers: Object.entries(document.components?.securitySchemes ?? {}).map(([name, scheme]) => ({
      name,
      description: ('description' in scheme && scheme.description) || '',
    })),
    groups: Object.entries(groups).map(([name, members = []]) => ({
      name,
      operations: members.map(({ path, method, operation }) => told(document, path, method, operation)),
    })),
  };
}

function told(document: Document, path: string, method: string, operation: Operation): Told {
  const { summary = '', description = '', security = [], requestBody, responses } = operation;
  const [body] = Object.values((requestBody as { content?: Record<string, { schema?: Schema }> })?.content ?? {});
  return {
    method: method.toUpperCase(),
    path,
    summary,
    description,
    callers: security.flatMap(callersOf),
    members: body?.schema ? membersOf(document, body.schema) : [],
    answers: Object.entries(responses ?? {}).map(([status, answer]) => ({
      status,
      lines: String((answer as { description?: string }).description).split('\n'),
    })),
  };
}

/** Each with the scope that it needs, where it needs one. */
const callersOf = (scheme: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(scheme).map(([name, scopes]) => [name, ...scopes].join(' '));

type Told = ApiDocs['groups'][number]['operations'][number];

/** The members of an object's schema, wherever it stands. */
function membersOf(document: Document, schema: Schema): Told['members'] {
  const named = schema.$ref && document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
  if (named) return membersOf(document, named as Schema);
  return Object.entries(schema.properties ?? {}).map(([name, { type = '', description = '' }]) => ({
    name,
    type: String(type),
    required: schema.required?.includes(name) ?? false,
    description,
  }));
}
