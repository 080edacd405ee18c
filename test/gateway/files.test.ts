import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { JWKS_MAX_AGE, JWKS_STALE } from '../../src/config/index.ts';
import { shipped } from '../support/gateways.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ISSUER = 'https://id.example.com';
const API = 'https://api.example.com';

/** A document's value at a path; fails where there is none. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  let inner = value;
  for (const name of path) {
    inner = (inner as Record<string | number, unknown> | undefined)?.[name];
    assert.notEqual(inner, undefined, `nothing at ${path.join('.')}`);
  }
  return inner;
}

const named = (list: unknown, name: string) =>
  (list as { name: string }[]).find((member) => member.name === name) ?? assert.fail(`nothing is named ${name}`);

describe('docs/gateway.md', () => {
  let text: string;
  before(async () => {
    text = await readFile(`${ROOT}docs/gateway.md`, 'utf8');
  });

  it('shows the files of deploy/gateway as they are', async () => {
    const shown = /^\[deploy\/gateway\/([\w.-]+)\]\(\.\.\/deploy\/gateway\/\1\):\n\n```\w+\n([\s\S]*?)^```$/gm;
    const blocks = new Map([...text.matchAll(shown)].map(([, name = '', block = '']) => [name, block]));
    const files = (await readdir(`${ROOT}deploy/gateway`)).filter((name) => name !== 'authorize.ts');
    assert.deepEqual([...blocks.keys()].sort(), files.sort());
    for (const [name, block] of blocks) assert.equal(block, await shipped(name), name);
  });

  it('names every code that src/verifier has, and no other', async () => {
    const source = await readFile(`${ROOT}src/verifier/errors.ts`, 'utf8');
    const codes = new Set([...source.matchAll(/'([a-z]+(?:_[a-z]+)+)'/g)].map(([, code]) => code));
    for (const told of ['invalid_token', 'invalid_dpop_proof']) codes.delete(told);
    const rows = text.split('\n').filter((line) => /^\| `\w+`, \d{3} \|/.test(line));
    const documented = rows.flatMap((row) => [...row.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code));
    assert.deepEqual(documented.sort(), [...codes].sort());
  });

  it('has the times that Gatehouse and the files have', async () => {
    assert.ok(text.includes(`max-age=${JWKS_MAX_AGE}, stale-while-revalidate=${JWKS_STALE}`));
    assert.ok(text.includes(`within ${JWKS_MAX_AGE + JWKS_STALE} s; at once by \`verifier.refresh()\``));
    assert.match(await shipped('apache.conf'), new RegExp(`^OIDCJWKSRefreshInterval ${JWKS_MAX_AGE}$`, 'm'));
    const sources = ['settings.ts', 'follow-settings.ts'].map((name) =>
      readFile(`${ROOT}src/verifier/${name}`, 'utf8'),
    );
    const settings = (await Promise.all(sources)).join('\n');
    for (const [name, value] of [...text.matchAll(/`(\w+)` \(([\d,]+)[:)]/g)].map(([, name, value]) => [name, value])) {
      assert.ok(
        settings.includes(`${name}: ${value?.replaceAll(',', '_')},`) ||
          settings.includes(`${name}: ${value?.replaceAll(',', '')},`),
        `${name} ${value}`,
      );
    }
  });
});

describe('deploy/gateway/envoy.yaml', () => {
  let envoy: unknown;
  let filters: unknown;
  before(async () => {
    envoy = parse(await shipped('envoy.yaml'));
    const chain = at(envoy, 'static_resources', 'listeners', 0, 'filter_chains', 0);
    filters = at(chain, 'filters', 0, 'typed_config', 'http_filters');
  });

  it('takes the issuer’s tokens for the API, from the Authorization header alone', () => {
    const jwt = named(filters, 'envoy.filters.http.jwt_authn');
    const provider = at(jwt, 'typed_config', 'providers', 'gatehouse');
    const { issuer, audiences, require_expiration, clock_skew_seconds, from_headers } = provider as Record<
      string,
      unknown
    >;
    assert.deepEqual([issuer, audiences, require_expiration, clock_skew_seconds], [ISSUER, [API], true, 5]);
    assert.deepEqual(from_headers, [{ name: 'Authorization', value_prefix: 'Bearer ' }]);
    const rules = [{ match: { prefix: '/' }, requires: { provider_name: 'gatehouse' } }];
    assert.deepEqual(at(jwt, 'typed_config', 'rules'), rules);
    assert.equal(at(jwt, 'typed_config', 'strip_failure_response'), true);
    assert.equal((provider as Record<string, unknown>)['jwt_cache_config'], undefined);
  });

  it('refreshes keys behind, as often as they may change', () => {
    const jwks = at(
      named(filters, 'envoy.filters.http.jwt_authn'),
      'typed_config',
      'providers',
      'gatehouse',
      'remote_jwks',
    );
    assert.equal(at(jwks, 'http_uri', 'uri'), `${ISSUER}/.well-known/jwks.json`);
    assert.equal(at(jwks, 'cache_duration'), `${JWKS_MAX_AGE}s`);
    assert.ok(at(jwks, 'async_fetch'));
    const clusters = at(envoy, 'static_resources', 'clusters');
    const tls = at(named(clusters, String(at(jwks, 'http_uri', 'cluster'))), 'transport_socket', 'typed_config');
    assert.equal(at(tls, 'sni'), 'id.example.com');
    const validation = at(tls, 'common_tls_context', 'validation_context');
    assert.equal(at(validation, 'match_typed_subject_alt_names', 0, 'matcher', 'exact'), 'id.example.com');
    assert.ok(at(validation, 'trusted_ca', 'filename'));
  });

  it('lets in what is an access token, signed as it should be, with the scope, and not bound', () => {
    const names = (filters as { name: string }[]).map(({ name }) => name.split('.').at(-1));
    assert.deepEqual(names, ['jwt_authn', 'rbac', 'router']);
    const rules = at(named(filters, 'envoy.filters.http.rbac'), 'typed_config', 'rules');
    assert.equal(at(rules, 'action'), 'ALLOW');
    const ids = at(rules, 'policies', 'access-token', 'principals', 0, 'and_ids', 'ids') as unknown[];
    const seen = ids.map((id) => {
      const { metadata, not_id } = id as { metadata?: unknown; not_id?: unknown };
      const matcher = metadata ?? at(not_id, 'metadata');
      assert.equal(at(matcher, 'filter'), 'envoy.filters.http.jwt_authn');
      const path = (at(matcher, 'path') as { key: string }[]).map(({ key }) => key).join('.');
      return [not_id ? `not ${path}` : path, at(matcher, 'value')];
    });
    assert.deepEqual(seen, [
      ['header.typ', { string_match: { exact: 'at+jwt' } }],
      ['header.alg', { string_match: { exact: 'ES256' } }],
      ['claims.scope', { list_match: { one_of: { string_match: { exact: 'orders:read' } } } }],
      ['not claims.cnf', { present_match: true }],
    ]);
    const provider = at(named(filters, 'envoy.filters.http.jwt_authn'), 'typed_config', 'providers', 'gatehouse');
    assert.deepEqual([at(provider, 'header_in_metadata'), at(provider, 'payload_in_metadata')], ['header', 'claims']);
    assert.deepEqual(at(provider, 'normalize_payload_in_metadata'), { space_delimited_claims: ['scope'] });
  });

  it('says whose the token is', () => {
    const provider = at(named(filters, 'envoy.filters.http.jwt_authn'), 'typed_config', 'providers', 'gatehouse');
    assert.deepEqual(at(provider, 'claim_to_headers'), [
      { header_name: 'x-subject', claim_name: 'sub' },
      { header_name: 'x-client-id', claim_name: 'client_id' },
      { header_name: 'x-scope', claim_name: 'scope' },
    ]);
  });
});

describe('deploy/gateway/traefik.yaml', () => {
  it('asks the process before each request, and believes it alone', async () => {
    const { http } = parse(await shipped('traefik.yaml'));
    const router = at(http, 'routers', 'api');
    assert.deepEqual(at(router, 'middlewares'), ['access-token']);
    assert.ok(at(http, 'services', String(at(router, 'service'))));
    assert.deepEqual(at(http, 'middlewares', 'access-token', 'forwardAuth'), {
      address: 'http://127.0.0.1:9000/authorize?scope=orders:read',
      trustForwardHeader: false,
      authRequestHeaders: ['Authorization', 'DPoP', 'X-Correlation-ID'],
      authResponseHeaders: ['X-Subject', 'X-Client-Id', 'X-Scope', 'X-Correlation-ID'],
    });
  });
});
