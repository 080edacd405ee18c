import assert from 'node:assert/strict';
import { at, firstPartyDeclaration, schemaOf } from '../../support/api.ts';
import { startServer, type TestServer } from '../../support/server.ts';

type Json = Record<string, unknown>;

/** What the contract promises, each with its success. */
const PROMISED = {
  'post /v1/accounts': '202',
  'post /v1/accounts/verification': '202',
  'post /v1/accounts/verify-email': '204',
  'post /v1/accounts/password-reset': '202',
  'post /v1/accounts/reset-password': '204',
  'get /v1/me': '200',
  'get /v1/events': '200',
  'get /v1/audit': '200',
  'get /v1/event-sinks': '200',
  'post /v1/event-sinks/{name}/replay': '200',
  'get /v1/dead-letters': '200',
  'post /v1/dead-letters/{sink}/{event_id}/retry': '204',
  'delete /v1/dead-letters/{sink}/{event_id}': '204',
  'get /v1/revocations': '200',
  'get /v1/users': '200',
  'get /v1/users/{id}': '200',
  'patch /v1/users/{id}': '200',
  'delete /v1/users/{id}': '204',
  'post /v1/users/{id}/logout': '204',
  'get /v1/users/{id}/sessions': '200',
  'delete /v1/users/{id}/sessions/{sid}': '204',
  'get /v1/users/{id}/grants': '200',
  'delete /v1/users/{id}/grants/{gid}': '204',
  'post /v1/candidates': '201',
  'get /v1/candidates': '200',
  'get /v1/candidates/{id}': '200',
  'patch /v1/candidates/{id}': '200',
  'delete /v1/candidates/{id}': '204',
  'post /v1/candidates/{id}/restore': '200',
  'post /v1/candidates/{id}/sessions': '201',
  'get /v1/candidates/{id}/sessions': '200',
  'get /v1/candidates/{id}/sessions/resumable': '200',
  'get /v1/sessions/{id}': '200',
  'put /v1/sessions/{id}/state-data': '200',
  'post /v1/sessions/{id}/transitions': '200',
  'get /v1/sessions/{id}/history': '200',
  'post /v1/sessions/{id}/invitations': '201',
  'post /v1/sessions/{id}/resume-code': '201',
  'get /v1/keys': '200',
  'post /v1/keys/rotate': '200',
  'post /v1/keys/{kid}/revoke': '200',
};

describe('the OpenAPI document', () => {
  let server: TestServer;
  let document: Json;
  before(async () => {
    server = await startServer({ yaml: firstPartyDeclaration });
    const answer = await fetch(`${server.issuer}/v1/openapi.json`);
    assert.match(answer.headers.get('content-type') ?? '', /^application\/json/);
    document = (await answer.json()) as Json;
  });
  after(() => server.close());

  const operations = () =>
    Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
    );

  it('is OpenAPI 3.1 for this server, with everything that the contract promises and how it ends well', () => {
    assert.match(String(document['openapi']), /^3\.1\.\d$/);
    assert.deepEqual(document['servers'], [{ url: server.issuer }]);
    const promised = operations().map(({ name, operation }) => [
      name,
      Object.keys(operation['responses'] as Json).find((status) => status.startsWith('2')),
    ]);
    assert.deepEqual(Object.fromEntries(promised), PROMISED);
  });

  it('names each operation once, says who may call it, and what its parameters are', () => {
    const ids = operations().map(({ operation }) => operation['operationId']);
    assert.equal(new Set(ids).size, ids.length);
    const schemes = Object.keys(at(document, ['components', 'securitySchemes']) ?? {});
    for (const { name, path, operation } of operations()) {
      const security = (operation['security'] as Json[]).flatMap((one) => Object.keys(one));
      assert.ok(security.length > 0 && security.every((scheme) => schemes.includes(scheme)), name);
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const declared = (operation['parameters'] ?? []) as { in: string; name: string }[];
      assert.deepEqual(
        declared.filter((one) => one.in === 'path').map((one) => one.name),
        inPath,
        name,
      );
    }
  });

  it('has a schema for every body and answer that a JSON Schema validator reads', () => {
    const schemas = operations().flatMap(({ name, operation }) => {
      const answers = Object.entries(operation['responses'] as Record<string, Json>);
      const contents = [operation['requestBody'], ...answers.map(([, answer]) => answer)];
      for (const [status, answer] of answers) assert.ok(answer['description'], `${name} ${status}`);
      return contents.flatMap((holder) => Object.values(at(holder, ['content']) ?? {}) as Json[]);
    });
    assert.ok(schemas.length > 20);
    for (const { schema } of schemas as { schema: Json }[]) {
      // What an assessment keeps is any object.
      const wrong = schema['additionalProperties'] === true ? ['no object'] : { nobody: 'declared this' };
      assert.equal(schemaOf(document, schema).safeParse(wrong).success, false);
    }
  });

  /** What an operation takes, and answers with where it goes well: by their names, those of a page by its items’. */
  function schemasOf(name: string): string[] {
    const operation = operations().find((one) => one.name === name)?.operation ?? {};
    const [, answer] = Object.entries(operation['responses'] as Json).find(([status]) => status.startsWith('2')) ?? [];
    const contents = [operation['requestBody'], answer].flatMap((holder) =>
      Object.values(at(holder, ['content']) ?? {}),
    );
    return JSON.stringify(contents).match(/(?<=schemas\/)\w+/g) ?? [];
  }

  it('has examples that are as it says, of whatever is about candidates', () => {
    const schemas = at(document, ['components', 'schemas']) as Record<string, Json>;
    const shown = Object.entries(schemas).flatMap(([name, schema]) =>
      ((schema['examples'] ?? []) as unknown[]).map((example) => ({ name, schema, example })),
    );
    for (const { name, schema, example } of shown) {
      const { error } = schemaOf(document, schema).safeParse(example);
      assert.equal(error, undefined, `${name}: ${error}`);
    }
    const has = new Set(shown.map(({ name }) => name));
    for (const { name } of operations().filter(({ path }) => /^\/v1\/(candidates|sessions)/.test(path)))
      for (const used of schemasOf(name)) assert.ok(has.has(used), `${name}: ${used} has no example`);
  });

  it('can be read at /v1/docs, without a script', async () => {
    const page = await fetch(`${server.issuer}/v1/docs`, { headers: { accept: 'text/html' } });
    const text = await page.text();
    assert.equal(page.status, 200);
    assert.doesNotMatch(text, /<script/);
    for (const name of Object.keys(PROMISED)) {
      const [method = '', path] = name.split(' ');
      assert.ok(text.includes(`${method.toUpperCase()} ${path}<`), name);
    }
    for (const word of ['first_party_required', 'password_rejected', 'correlation_id'])
      assert.ok(text.includes(`<code>${word}</code>`), word);
    assert.doesNotMatch(text, /`/, 'what is code in the document is set as code');
  });

  it('is there for whoever has the wrong address or method, as a problem', async () => {
    for (const [path, method, status, code] of [
      ['/v1/nothing', 'GET', 404, 'not_found'],
      ['/v1/accounts/nothing', 'POST', 404, 'not_found'],
      ['/v1/me/', 'POST', 405, 'method_not_allowed'],
      ['/v1/accounts', 'GET', 405, 'method_not_allowed'],
    ] as const) {
      const answer = await fetch(server.issuer + path, { method, headers: { accept: 'text/html' } });
      assert.match(answer.headers.get('content-type') ?? '', /^application\/problem\+json/, path);
      const body = (await answer.json()) as Json;
      assert.deepEqual([answer.status, body['code']], [status, code], path);
      assert.equal(body['type'], `urn:gatehouse:problem:${code}`);
      assert.equal(body['correlation_id'], answer.headers.get('x-correlation-id'));
      if (status === 405) assert.ok(answer.headers.get('allow'));
    }
  });
});
