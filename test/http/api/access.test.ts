import assert from 'node:assert/strict';
import { Api, bearer } from '../../support/api.ts';
import { candidateToken } from '../../support/candidates.ts';
import { SECRET } from '../../support/declaration.ts';
import { OWN_SCOPES, operatorToken } from '../../support/operator.ts';
import { obtainTokens } from '../../support/relying-party.ts';
import type { TestServer } from '../../support/server.ts';
import { type Sitting, type Sittings, startSittings } from '../../support/sittings.ts';

type Json = Record<string, unknown>;
type Method = Parameters<Api['call']>[0];

interface Operation {
  readonly name: string;
  readonly method: Method;
  readonly address: string;
  /** What its token has to hold; undefined where it is for whoever an operation says. */
  readonly scope: string | undefined;
}

/** Somebody who is no stranger to the server, and one to this. */
interface Stranger {
  readonly who: string;
  readonly headers: Record<string, string>;
  readonly refusal: readonly [status: number, code: string];
  readonly body?: object;
}

const ID = '018f4f3e-0000-7000-8000-000000000000';

/** What a candidate may do, to what is their own. Whatever is not named here is no candidate’s. */
const OWN: ReadonlySet<string> = new Set([
  'get /v1/sessions/{id}',
  'put /v1/sessions/{id}/state-data',
  'post /v1/sessions/{id}/transitions',
  'get /v1/candidates/{id}/sessions',
  'get /v1/candidates/{id}/sessions/resumable',
]);

/** An event, and as good as anything to be saved. */
const START = { event: 'start' };

/** Made of the server's own document: a route that is added is in it, and has to hold. */
describe('[40] every route of /v1', () => {
  let server: TestServer;
  let sittings: Sittings;
  let close: () => Promise<void>;
  let api: Api;
  let operations: Operation[];
  let person: string;
  let machine: string;
  let elsewhere: string;
  before(async () => {
    ({ server, sittings, close } = await startSittings());
    api = new Api(server.issuer);
    const document = (await (await fetch(`${server.issuer}/v1/openapi.json`)).json()) as Json;
    operations = operationsOf(document);
    const { party } = sittings;
    const request = { client_id: 'app', scope: 'openid email', resource: `${server.issuer}/v1` };
    person = (await obtainTokens(party, request)).tokens['access_token'] ?? '';
    const service = { id: 'service', secret: SECRET };
    const grant = { grant_type: 'client_credentials', scope: 'orders:read', resource: 'https://api.example.com' };
    elsewhere = (await party.token(grant, service)).body.access_token;
    machine = (await party.token({ ...grant, scope: 'candidates:read', resource: `${server.issuer}/v1` }, service)).body
      .access_token;
  });
  after(() => close());

  function operationsOf(document: Json): Operation[] {
    return Object.entries(document['paths'] as Record<string, Record<string, Json>>).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]): Operation => {
        const [scheme] = operation['security'] as Record<string, string[]>[];
        return {
          name: `${method} ${path}`,
          method: method.toUpperCase() as Method,
          address: path.replaceAll(/\{\w+\}/g, ID),
          scope: scheme?.['bearer']?.[0],
        };
      }),
    );
  }

  const call = ({ method, address }: Operation, headers: Record<string, string>, body = {}) => {
    const sends = method !== 'GET' && method !== 'DELETE';
    return api.call(method, address, { headers, ...(sends ? { body } : {}) });
  };
  async function expectRefused(operation: Operation, { who, headers, refusal, body }: Stranger): Promise<void> {
    const answer = await call(operation, headers, body);
    const what = `${operation.name} for ${who}`;
    assert.deepEqual([answer.status, answer.body['code']], refusal, what);
    const challenge = answer.headers.get('www-authenticate') ?? '';
    if (refusal[0] === 401) assert.match(challenge, /^Bearer realm="/, what);
    if (refusal[1] === 'insufficient_scope') assert.ok(challenge.includes(`scope="${operation.scope}"`), what);
  }

  it('is in the table, those of an operator each with a scope that there is', () => {
    assert.ok(operations.length >= 17, `${operations.length}`);
    const scopes = operations.flatMap(({ scope }) => scope ?? []);
    assert.ok(scopes.length >= 11, `${scopes}`);
    for (const scope of scopes) assert.ok((OWN_SCOPES as readonly string[]).includes(scope), scope);
    const writing = operations.filter(({ method, scope }) => scope && method !== 'GET');
    for (const { name, scope } of writing) assert.match(scope ?? '', /:write$/, name);
  });

  it('refuses whoever shows no token, none of ours, or one for another API: 401', async () => {
    for (const operation of operations)
      for (const stranger of [
        { who: 'nobody', headers: {}, refusal: [401, 'authentication_required'] },
        { who: 'a made-up token', headers: bearer('x'.repeat(200)), refusal: [401, 'invalid_token'] },
        { who: 'a token for another API', headers: bearer(elsewhere), refusal: [401, 'invalid_token'] },
      ] as const)
        await expectRefused(operation, stranger);
  });

  it('refuses a person’s token, and one that holds every scope but the one: 403, naming it', async () => {
    for (const operation of operations.filter(({ scope }) => scope)) {
      const rest = OWN_SCOPES.filter((scope) => scope !== operation.scope).join(' ');
      const others = bearer(await operatorToken(server.issuer, rest));
      for (const [who, headers] of [
        ['a person', bearer(person)],
        ['every other scope', others],
      ] as const)
        await expectRefused(operation, { who, headers, refusal: [403, 'insufficient_scope'] });
    }
  });

  /** A candidate's tokens, as they sign in with an invitation, which names their session, and such as names none. */
  async function candidateHeaders(session: Sitting): Promise<Record<string, string>[]> {
    const { access_token } = await sittings.apiTokens(await sittings.come(session));
    const tokens = [access_token, await candidateToken(server, session.candidate_id)];
    return tokens.map((token) => ({ ...bearer(token), 'if-match': '"1"' }));
  }

  const about = (operation: Operation, { id, candidate_id }: Sitting): Operation => {
    const whose = operation.address.startsWith('/v1/candidates/') ? candidate_id : id;
    return { ...operation, address: operation.address.replace(ID, whose) };
  };

  it('refuses a candidate: 403, naming the scope; where they may do it to their own, another’s is a 404', async () => {
    const [other, all] = [await sittings.session(), await candidateHeaders(await sittings.session())];
    const read = bearer(await operatorToken(server.issuer, 'sessions:read'));
    const untouched = () => api.call('GET', `/v1/sessions/${other.id}`, { headers: read });
    const before = await untouched();
    for (const operation of operations.filter(({ scope }) => scope)) {
      const refusal = OWN.has(operation.name) ? ([404, 'not_found'] as const) : ([403, 'insufficient_scope'] as const);
      for (const headers of all)
        await expectRefused(about(operation, other), { who: 'a candidate', headers, refusal, body: START });
    }
    assert.deepEqual((await untouched()).body, before.body);
  });

  it('lets a candidate do to their own what is named for them', async () => {
    const session = await sittings.session();
    const own = operations.filter(({ name }) => OWN.has(name));
    assert.equal(own.length, OWN.size);
    for (const headers of await candidateHeaders(session))
      for (const operation of own) {
        const { status } = await call(about(operation, session), headers, START);
        assert.ok(![401, 403, 404].includes(status), `${operation.name}: ${status}`);
      }
  });

  it('that is for people or first-party applications refuses any other machine: 403', async () => {
    for (const operation of operations.filter(({ scope }) => !scope)) {
      const code = operation.address === '/v1/me' ? 'person_required' : 'first_party_required';
      await expectRefused(operation, { who: 'a machine', headers: bearer(machine), refusal: [403, code] });
    }
  });

  it('lets in who holds that scope and no other', async () => {
    for (const operation of operations.filter(({ scope }) => scope)) {
      const { status } = await call(operation, bearer(await operatorToken(server.issuer, operation.scope ?? '')));
      assert.ok(![401, 403].includes(status) && status < 500, `${operation.name}: ${status}`);
    }
  });

  it('is documented with its scope', async () => {
    const text = await (await fetch(`${server.issuer}/v1/docs`)).text();
    for (const { scope } of operations) if (scope) assert.ok(text.includes(`bearer ${scope}`), scope);
  });
});
