import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.ts';
import { assertFault, directory, faults, KEY, load } from './support.ts';

describe('config: the declarative file', () => {
  it('reads the file that CONFIG_FILE names, and names it in faults as it was named', () => {
    const cwd = directory();
    const path = join(cwd, 'other.yaml');
    const env = { MASTER_KEY: KEY, CONFIG_FILE: 'other.yaml' };
    writeFileSync(path, 'clients: []');
    assert.deepEqual(loadConfig(env, cwd).clients, []);
    writeFileSync(path, 'clients: {}');
    assertFault(() => loadConfig(env, cwd), 'other.yaml:1 clients', /must be a list/);
    assertFault(() => loadConfig({ ...env, CONFIG_FILE: path }, cwd), `${path}:1 clients`, /must be a list/);
  });

  it('says whether an address has to be proved, which is so unless it says no', () => {
    const cwd = directory();
    const read = (yaml: string) => {
      writeFileSync(join(cwd, 'gatehouse.yaml'), yaml);
      return loadConfig({ MASTER_KEY: KEY }, cwd).requireVerifiedEmail;
    };
    assert.deepEqual(['{}', 'require_verified_email: true', 'require_verified_email: false'].map(read), [
      true,
      true,
      false,
    ]);
    assertFault(
      () => read('require_verified_email: sometimes'),
      'gatehouse.yaml:1 require_verified_email',
      /true or false/,
    );
  });

  it('cannot be a directory', () => {
    assertFault(() => load({ CONFIG_FILE: '.' }), 'CONFIG_FILE', /EISDIR/);
  });

  const wrong: [what: string, yaml: string, name: string, problem: RegExp][] = [
    ['an open quote', 'clients:\n  - client_id: "shop\n', 'gatehouse.yaml:3:1', /quote/],
    ['a mapping in a line', 'a: b: c\n', 'gatehouse.yaml:1:4', /in quotes/],
    ['a tab', 'clients:\n\t- client_id: shop\n', 'gatehouse.yaml:2:1', /spaces/],
    ['a member twice', 'clients: []\nclients: []\n', 'gatehouse.yaml:2:1', /already there/],
    ['a tag', 'clients: !hidden []\n', 'gatehouse.yaml:1:10', /quotes/],
    ['an alias of nothing', 'clients: *hidden\n', 'gatehouse.yaml:1:10', /quotes/],
    ['a second document', 'clients: []\n---\nclients: []\n', 'gatehouse.yaml:2:1', /one document/],
    ['a list', '- clients\n', 'gatehouse.yaml:1', /mapping of clients, resources/],
    ['an unknown section', 'clients: []\nclient: []\n', 'gatehouse.yaml:2 client', /known section/],
    ['an entry that is text', 'clients:\n  - shop\n', 'gatehouse.yaml:2 clients[0]', /a mapping/],
  ];
  for (const [what, yaml, name, problem] of wrong) {
    it(`refuses ${what}, naming the place and no text`, () => {
      assertFault(() => load({}, yaml), name, problem);
      assert.equal(JSON.stringify(faults(() => load({}, yaml))).includes('hidden'), false);
    });
  }

  it('refuses aliases without measure', () => {
    const lines = Array.from({ length: 9 }, (_, n) => `a${n + 1}: &a${n + 1} [${`*a${n},`.repeat(9)}]`);
    assertFault(() => load({}, ['a0: &a0 [x]', ...lines].join('\n')), 'gatehouse.yaml:1', /aliases/);
  });

  it('takes an empty section, and an empty event_sinks, for none', () => {
    assert.deepEqual(load({}, 'clients:\nevent_sinks: []\n').clients, []);
  });

  it('finds the line of a member behind an alias', () => {
    const yaml = 'clients:\n  - &shop\n    client_id: 7\n    grant_types: []\n  - *shop\n';
    assert.deepEqual(
      faults(() => load({}, yaml)).map(({ name }) => name),
      ['gatehouse.yaml:3 clients[0].client_id', 'gatehouse.yaml:3 clients[1].client_id'],
    );
  });
});

describe('config: resources', () => {
  it('has defaults, and adds its own API', () => {
    const { resources } = load({}, 'resources: [{ identifier: "https://api.example.com", scopes: [orders:read] }]');
    assert.deepEqual(resources[0], {
      identifier: 'https://api.example.com',
      scopes: ['orders:read'],
      access_token_ttl: 900,
      default: false,
    });
    assert.equal(resources[1]?.identifier, 'http://localhost:3000/v1');
    assert.equal(resources[1]?.scopes.length, 12);
  });

  const wrong: [members: string, member: string, problem: RegExp][] = [
    ['scopes: [a]', 'identifier', /is required/],
    ['identifier: api, scopes: [a]', 'identifier', /absolute URI/],
    ['identifier: "https://a.example/#", scopes: [a]', 'identifier', /fragment/],
    ['identifier: "http://localhost:3000/v1", scopes: [a]', 'identifier', /own API/],
    ['identifier: "urn:a"', 'scopes', /is required/],
    ['identifier: "urn:a", scopes: a', 'scopes', /a list/],
    ['identifier: "urn:a", scopes: [a, "b c"]', 'scopes[1]', /scope name/],
    ['identifier: "urn:a", scopes: [""]', 'scopes[0]', /scope name/],
    ['identifier: "urn:a", scopes: [openid]', 'scopes[0]', /openid/],
    ['identifier: "urn:a", scopes: ["users:read"]', 'scopes[0]', /own API/],
    ['identifier: "urn:a", scopes: [a], access_token_ttl: 59', 'access_token_ttl', /at least 60/],
    ['identifier: "urn:a", scopes: [a], access_token_ttl: 86401', 'access_token_ttl', /at most 86400/],
    ['identifier: "urn:a", scopes: [a], access_token_ttl: 60.5', 'access_token_ttl', /whole number/],
    ['identifier: "urn:a", scopes: [a], default: yes', 'default', /true or false/],
    ['identifier: "urn:a", scopes: [a], ttl: 60', 'ttl', /known member/],
  ];
  for (const [members, member, problem] of wrong) {
    it(`refuses { ${members} }`, () => {
      assertFault(
        () => load({}, `resources:\n  - { ${members} }\n`),
        `gatehouse.yaml:2 resources[0].${member}`,
        problem,
      );
    });
  }

  it('refuses one identifier twice, and two defaults', () => {
    const entry = '  - { identifier: "urn:a", scopes: [a], default: true }\n';
    const found = faults(() => load({}, `resources:\n${entry}${entry}`));
    assert.deepEqual(
      found.map(({ name }) => name),
      ['gatehouse.yaml:3 resources[1].identifier', 'gatehouse.yaml:3 resources[1].default'],
    );
    assert.match(found[0]?.problem ?? '', /resources\[0\]\.identifier/);
  });
});

describe('config: the life of signing keys', () => {
  const read = (members: string, rest = '') => load({}, `signing_keys: { ${members} }\n${rest}`).signingKeys;

  it('is as declared, and outlasts the longest token by an hour', () => {
    const settings = read('rotate_every: 7200, publish_ahead: 600, algorithms: [RS256, ES256, PS256, ES256]');
    const algorithms = ['RS256', 'ES256', 'PS256'];
    const expected = { algorithms, rotateEvery: 7200, publishAhead: 600, retireAfter: 4500, longestToken: 900 };
    assert.deepEqual(settings, expected);
    const resources = 'resources:\n  - { identifier: "urn:a", scopes: [a], access_token_ttl: 7200 }\n';
    assert.equal(read('', resources).retireAfter, 10_800);
  });

  const wrong: [members: string, member: string, problem: RegExp][] = [
    ['rotate_every: 30', 'rotate_every', /at least 3600/],
    ['publish_ahead: 419', 'publish_ahead', /at least 420/],
    ['rotate_every: 86400', 'publish_ahead', /less than rotate_every/],
    ['retire_after: 1019', 'retire_after', /at least 1020 seconds: the longest token lives 900/],
    ['algorithms: [ES256]', 'algorithms', /include RS256/],
    ['algorithms: [ES256, RS256, HS256]', 'algorithms[2]', /must be ES256 or/],
    ['rotate: 1', 'rotate', /known member/],
  ];
  for (const [members, member, problem] of wrong) {
    it(`refuses { ${members} }`, () => {
      assertFault(() => read(members), `gatehouse.yaml:1 signing_keys.${member}`, problem);
    });
  }
});

describe('config: what else rotates', () => {
  const read = (yaml: string) => load({}, yaml).rotateEvery;
  const DAY = 24 * 3600;

  it('has a period each, in seconds', () => {
    assert.deepEqual(read('clients: []'), { cookieKeys: 30 * DAY, pairwiseSalts: 365 * DAY });
    const both = `cookie_keys: { rotate_every: ${DAY} }\npairwise_salts: { rotate_every: ${60 * DAY} }\n`;
    assert.deepEqual(read(both), { cookieKeys: DAY, pairwiseSalts: 60 * DAY });
  });

  for (const [members, member, problem] of [
    ['cookie_keys: { rotate_every: 60 }', 'cookie_keys.rotate_every', /at least 86400/],
    ['cookie_keys: 60', 'cookie_keys', /a mapping/],
    ['cookie_keys: { rotate: 60 }', 'cookie_keys.rotate', /known member/],
    ['pairwise_salts: { rotate_every: 86400 }', 'pairwise_salts.rotate_every', /at least 2592000/],
  ] as const) {
    it(`refuses ${members}`, () => assertFault(() => read(members), `gatehouse.yaml:1 ${member}`, problem));
  }
});
