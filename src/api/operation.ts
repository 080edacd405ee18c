import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiResponseObject } from 'zod-openapi';
import { UNSUPPORTED_MEDIA_TYPE } from '../http/index.ts';
import {
  BAD_REQUEST,
  INTERNAL_ERROR,
  NOT_FOUND,
  type ProblemExtension,
  type ProblemMembers,
  TOO_LARGE,
  UNAVAILABLE,
} from '../kernel/problem.ts';
import type { Description } from './description.ts';
import { INVALID_BODY, INVALID_QUERY } from './problems.ts';

type Declared<C, P, Q, B, A> = Omit<Description<C, P, Q, B, A>, 'handle'>;

/** What the OpenAPI document says of a route. */
export function operationOf<C, P, Q, B, A>(declared: Declared<C, P, Q, B, A>): ZodOpenApiOperationObject {
  const { method, path, group, summary, description, access, body, bodyless, answer } = declared;
  return {
    operationId: `${method}${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
    tags: [group],
    summary,
    ...(description ? { description } : {}),
    security: access.credentials.map((credential) => ({ [credential]: access.scope ? [access.scope] : [] })),
    ...parametersOf(declared),
    ...(body ? { requestBody: { required: !bodyless, content: { 'application/json': { schema: body } } } } : {}),
    responses: { [answer.status]: success(answer), ...refusals(problemsOf(declared)) },
  };
}

function parametersOf<C, P, Q, B, A>({ params, query, headers }: Declared<C, P, Q, B, A>) {
  const requestParams = {
    ...(params && { path: params }),
    ...(query && { query }),
    ...(headers && { header: headers }),
  };
  return Object.keys(requestParams).length > 0 ? { requestParams } : {};
}

function success({
  description,
  schema,
  headers,
  streams = {},
}: Description<unknown, unknown, unknown, unknown, unknown>['answer']) {
  const lines = Object.entries(streams).map(([type, words]) => [
    type,
    { schema: z.string().meta({ description: words }) },
  ]);
  const content = { ...(schema ? { 'application/json': { schema } } : {}), ...Object.fromEntries(lines) };
  return {
    description,
    ...(headers ? { headers } : {}),
    ...(Object.keys(content).length > 0 ? { content } : {}),
  };
}

/** Everything that a route may refuse with. */
function problemsOf<C, P, Q, B, A>({ access, params, query, body, problems }: Declared<C, P, Q, B, A>) {
  return [
    ...access.problems,
    ...(params ? [NOT_FOUND] : []),
    ...(query ? [INVALID_QUERY] : []),
    ...(body ? [BAD_REQUEST, TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, INVALID_BODY] : []),
    ...(problems ?? []),
    INTERNAL_ERROR,
    UNAVAILABLE,
  ];
}

/** By status: which codes there are, and what each means. */
function refusals(problems: readonly ProblemMembers[]): Record<`${number}`, ZodOpenApiResponseObject> {
  const byStatus = Object.groupBy(problems, ({ status }) => status);
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, kinds = []]) => [status, refusal(Number(status), kinds)]),
  );
}

function refusal(status: number, problems: readonly ProblemMembers[]): ZodOpenApiResponseObject {
  const kinds = [...new Map(problems.map((kind) => [kind.code, kind])).values()];
  const codes = z.enum(kinds.map(({ code }) => code));
  const schema = problemSchema.extend({ status: z.literal(status), code: codes, ...extensionOf(kinds) });
  return {
    description: kinds.map(({ code, detail, title }) => `\`${code}\`: ${detail ?? title}`).join('\n'),
    content: { 'application/problem+json': { schema } },
  };
}

/** Members of these problems' own, as their examples have them. */
function extensionOf(kinds: readonly ProblemMembers[]): Record<string, z.ZodType> {
  const members = kinds.flatMap((kind) => Object.entries(kind.members ?? {}));
  return Object.fromEntries(members.map(([name, example]) => [name, like(example).exactOptional()]));
}

function like(example: ProblemExtension[string]) {
  const schema = typeof example === 'string' ? z.string() : typeof example === 'number' ? z.int() : z.array(z.string());
  return schema.meta({ examples: [example] });
}

/** RFC 9457, and what Gatehouse adds: `code` to branch on, `correlation_id` to ask with, `errors` of a bad body. */
const problemSchema = z.strictObject({
  type: z.string().meta({ description: 'urn:gatehouse:problem:<code>' }),
  title: z.string(),
  status: z.number(),
  detail: z.string().exactOptional(),
  code: z.string(),
  correlation_id: z.string().exactOptional(),
  errors: z.array(z.strictObject({ path: z.string(), message: z.string() })).exactOptional(),
});
