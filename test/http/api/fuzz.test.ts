import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Api, at, basic, bearer, resolved } from '../../support/api.ts';
import { candidateToken, platform, type SessionCaller } from '../../support/candidates.ts';
import { OWN_SCOPES, operatorToken } from '../../support/operator.ts';
import { obtainTokens, RelyingParty } from '../../support/relying-party.ts';
import { aboutFitting, fitting } from '../../support/schema-arbitrary.ts';
import { startServer, type TestServer } from '../../support/server.ts';
import { assessmentDeclaration } from '../../support/sittings.ts';

type Json = Record<string, unknown>;
type Method = Parameters<Api['call']>[0];

interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly schema: Json;
}

interface Operation {
  readonly name: string;
  readonly method: Method;
  readonly path: string;
  readonly parameters: readonly Parameter[];
  readonly body: Json | undefined;
}

/** What is sent: made of the document's schemas, and of what breaks programs. */
interface Sent {
  readonly address: string;
  readonly headers: Record<string, string>;
  readonly body: string | undefined;
}

/** Of each route; several hundred in all. */
const RUNS = 15;

/** Milliseconds for all of a route's, many times what they take: a machine that stands still for a moment is no fault of ours. */
const ROUTE_LIMIT = 5000;

const NOBODY = '018f4f3e-0000-7000-8000-000000000000';

const HEADERS: readonly Record<string, string>[] = [
  ...['"1"', '"2"', '"3"', '"1", "2", "3"', 'W/"1"', '*', '2', '"'].map((value) => ({ 'if-match': value })),
  { 'content-type': 'text/plain' },
  ...[{}, {}, {}, {}],
];

/** Nobody makes one up that is good. */
const POSITIONS: ReadonlySet<string> = new Set(['cursor', 'after']);

const isLast = ({ method, path }: Operation) => method === 'DELETE' || path.endsWith('/logout');

const isOfAssessments = ({ path }: Operation) => /^\/v1\/(candidates|sessions)(\/|$)/.test(path);

/** What PostgreSQL stores as it is in no text, and what UTF-8 does not. */
const UNSTORABLE = ['a\0b', 'a\ud800b'];

/** A list for gateways waits for news as long as it is asked to. */
const NOT_ASKED_FOR: ReadonlySet<string> = new Set(['wait']);

describe('every route of /v1, whatever is sent', function () {
  this.timeout(120_000);
  let server: TestServer;
  let api: Api;
  let operations: Operation[];
  let ids: Record<string, string[]>;
  let service: SessionCaller;
  let callers: Record<string, string>[];
  let candidate: Record<string, string>;
  before(async () => {
    server = await startServer({ yaml: assessmentDeclaration });
    api = new Api(server.issuer);
    const document = (await (await fetch(`${server.issuer}/v1/openapi.json`)).json()) as Json;
    operations = operationsOf(document);
    service = await platform(server);
    const request = { client_id: 'app', scope: 'openid email', resource: `${server.issuer}/v1` };
    const { tokens } = await obtainTokens(new RelyingParty(server.issuer), request);
    ids = { users: await server.db('users').pluck('id') };
    const all = bearer(await operatorToken(server.issuer, OWN_SCOPES.join(' ')));
    callers = [
      ...[all, all, all, all, all, all, all, all, bearer(tokens['access_token'] ?? '')],
      ...[basic('backend'), bearer('x'), {}],
    ];
  });
  beforeEach(renewSessions);
  after(() => server.close());

  /** Two that are live: one that goes on and that somebody was invited to, whose candidate calls too, and one to come. */
  async function renewSessions(): Promise<void> {
    const owner = await service.candidate({ email: 'ada@example.com' });
    const usual = { assessment: 'another', duration_seconds: 3600, devices: 'several' };
    const [first, second] = [await service.started(usual, owner), await service.session()];
    await service.told(201, 'POST', `/v1/sessions/${first.id}/invitations`, { client_id: 'assess' });
    ids = { ...ids, sessions: [first.id, second.id], candidates: [owner, second.candidate_id] };
    candidate = bearer(await candidateToken(server, owner));
  }

  function operationsOf(document: Json): Operation[] {
    const all = Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({
        name: `${method} ${path}`,
        method: method.toUpperCase() as Method,
        path,
        parameters: (resolved(document, operation['parameters'] ?? []) as Parameter[]).filter(
          ({ name }) => !NOT_ASKED_FOR.has(name),
        ),
        body: resolved(
          document,
          at(operation, ['requestBody', 'content', 'application/json', 'schema']),
        ) as Operation['body'],
      })),
    );
    // What takes something away comes last, so that there is something for the others.
    return all.sort((a, b) => Number(isLast(a)) - Number(isLast(b)));
  }

  /** In an address; what would be another address altogether is left out. */
  const inPath = (value: unknown): string => {
    const text = encodeURIComponent((typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed());
    return /^\.{0,2}$/.test(text) ? 'x' : text.slice(0, 500);
  };

  const named = (parameters: readonly Parameter[], where: Parameter['in'], requiredKeys: string[] | undefined) =>
    fc.record(
      Object.fromEntries(
        parameters.filter((one) => one.in === where).map(({ name, schema }) => [name, aboutFitting(schema)]),
      ),
      requiredKeys ? { requiredKeys } : {},
    );

  /** Of what a path’s id is named for; sometimes another’s, or nobody’s. */
  const idFor = (path: string) => {
    const own = Object.entries(ids).find(([kind]) => path.startsWith(`/v1/${kind}/`))?.[1] ?? ['x'];
    return fc.oneof(
      { arbitrary: fc.constantFrom(...own), weight: 12 },
      { arbitrary: fc.constantFrom(...Object.values(ids).flat()), weight: 1 },
      { arbitrary: fc.constantFrom('%ff', '%00', '%2e%2e', '0', NOBODY), weight: 1 },
    );
  };

  const headersFor = () =>
    fc
      .tuple(fc.constantFrom(...callers, candidate), fc.constantFrom(...HEADERS))
      .map((parts) => Object.assign({}, ...parts));

  function sending({ path, parameters, body }: Operation): fc.Arbitrary<Sent> {
    const inQuery = parameters.filter(({ name }) => !POSITIONS.has(name));
    const query = fc.oneof(
      { arbitrary: named(inQuery, 'query', []), weight: 5 },
      { arbitrary: named(parameters, 'query', []), weight: 1 },
    );
    return fc.record({
      address: fc
        .tuple(named(parameters, 'path', undefined), idFor(path), query, fc.nat(19))
        .map(([given, known, pairs, dice]) => addressOf(path, given, dice < 18 ? known : undefined, pairs, dice)),
      headers: headersFor(),
      body: body
        ? fc.oneof(
            { arbitrary: aboutFitting(body).map((value) => JSON.stringify(value)), weight: 12 },
            { arbitrary: fc.constantFrom('', '{', '[', 'null', '{"a":1e999}', '"\\ud800"'), weight: 1 },
          )
        : fc.constant(undefined),
    });
  }

  /** @param known what stands in the place of each id; undefined: what its schema came to */
  function addressOf(path: string, given: Json, known: string | undefined, query: Json, dice: number): string {
    const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => known ?? inPath(given[name]));
    const pairs = Object.entries(query).map(([name, value]) => `${name}=${inPath(value)}`);
    const all = dice === 0 ? [...pairs, 'unknown=1', ...pairs] : pairs;
    return all.length > 0 ? `${filled}?${all.join('&')}` : filled;
  }

  /** As somebody who has read the document calls it: of the first there is, with the example. */
  function exemplary({ path, body }: Operation): Sent {
    const [, , kind = ''] = path.split('/');
    const [example] = (body?.['examples'] ?? []) as unknown[];
    return {
      address: path.replaceAll(/\{\w+\}/g, ids[kind]?.[0] ?? NOBODY),
      headers: { ...callers[0], 'if-match': '"1"' },
      body: example === undefined ? undefined : JSON.stringify(example),
    };
  }

  /** Calls that have it in one place, and are as they should be in every other. */
  function withUnstorable({ path, body, parameters }: Operation, value: string) {
    const [address = ''] = fc.sample(
      idFor(path).map((id) => path.replaceAll(/\{\w+\}/g, id)),
      1,
    );
    const [usual] = body ? fc.sample(fitting(body), 1) : [];
    const members = Object.keys(body?.['properties'] ?? (body ? { member: {} } : {}));
    const inQuery = parameters.filter((one) => one.in === 'query');
    return [
      ...members.map((member) => ({ address, body: { ...(usual as Json), [member]: value } })),
      ...inQuery.map(({ name }) => ({ address: `${address}?${name}=${inPath(value)}` })),
    ];
  }

  it('has no member in which what cannot be stored gets as far as that', async () => {
    const headers = { ...callers[0], 'if-match': '"1"' };
    for (const operation of operations.filter((one) => !isLast(one)))
      for (const { address, ...rest } of UNSTORABLE.flatMap((value) => withUnstorable(operation, value))) {
        const { status } = await api.call(operation.method, address, { headers, ...rest });
        assert.ok(status < 500, `${operation.name}: ${address} ${JSON.stringify(rest)}`);
      }
  });

  it('is answered as the document says, and never with a fault of ours', async () => {
    const seen = new Map<string, number>();
    for (const operation of operations) {
      if (isOfAssessments(operation)) await renewSessions();
      await fc.assert(
        fc.asyncProperty(sending(operation), async ({ address, headers, body }) => {
          const { status } = await api.call(operation.method, address, {
            headers,
            ...(body === undefined ? {} : { body }),
          });
          assert.ok(status < 500, `${operation.method} ${address}: ${status}`);
          const kind = `${operation.name} ${Math.floor(status / 100)}`;
          seen.set(kind, (seen.get(kind) ?? 0) + 1);
        }),
        {
          numRuns: RUNS,
          interruptAfterTimeLimit: ROUTE_LIMIT,
          examples: isOfAssessments(operation) ? [[exemplary(operation)]] : [],
        },
      );
    }
    assert.ok(!server.logs().includes('request failed'), 'nothing is in the log of errors');
    const wellMet = operations.filter(({ name }) => seen.has(`${name} 2`));
    assert.ok(wellMet.length > operations.length / 3, `what fits is sent, too: ${[...seen].join(' · ')}`);
    const unmet = operations.filter((one) => isOfAssessments(one) && !wellMet.includes(one));
    assert.deepEqual(
      unmet.map(({ name }) => name),
      [],
    );
  });
});
