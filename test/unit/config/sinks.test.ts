import assert from 'node:assert/strict';
import type { WebhookSink } from '../../../src/config/index.ts';
import { checkSinks } from '../../../src/running-relay.ts';
import { assertFault, load, PRODUCTION } from './support.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OTHER = `whsec_${Buffer.alloc(32, 8).toString('base64')}`;

const webhook = (more = '', url = 'https://crm.example/hooks') =>
  `event_sinks:\n  - name: crm\n    type: webhook\n    url: ${url}\n    secret: ${SECRET}\n${more}`;
const sinksOf = (yaml: string, env: Record<string, string> = {}) => load(env, yaml).eventSinks;

describe('events', () => {
  it('are kept for as long as is said, and where from if that is not refused', () => {
    const section = 'events:\n  retention: 604800\n  network_addresses: false\n';
    assert.deepEqual(load({}, section).events, { retention: 604_800, networkAddresses: false });
    assertFault(() => load({}, 'events:\n  retention: 60\n'), 'gatehouse.yaml:2 events.retention', /604800/);
  });
});

describe('event_sinks', () => {
  it('has what was declared, and the rest by default', () => {
    assert.deepEqual(sinksOf(webhook('    types: ["identity.user.*"]\n')), [
      {
        name: 'crm',
        type: 'webhook',
        url: 'https://crm.example/hooks',
        types: ['identity.user.*'],
        secrets: [SECRET],
        timeout: 10,
        give_up_after: 86_400,
        on_dead_letter: 'skip',
        private_addresses: false,
      },
    ]);
    const stream = 'event_sinks:\n  - name: bus\n    type: redis-stream\n';
    const [sink] = sinksOf(stream, { REDIS_URL: 'redis://127.0.0.1:6379' });
    const urls = ['redis://127.0.0.1:6379'];
    const rest = { stream: 'gatehouse:events', max_length: 1_000_000 };
    assert.deepEqual(sink, { name: 'bus', type: 'redis-stream', types: ['*'], urls, ...rest });
  });

  it('takes several secrets, and those of a setting, the newest first', () => {
    const both = webhook().replace(`secret: ${SECRET}`, `secret: [${SECRET}, ${OTHER}]`);
    const named = webhook().replace(`secret: ${SECRET}`, 'secret_env: CRM_SECRET');
    for (const sinks of [sinksOf(both), sinksOf(named, { CRM_SECRET: `${SECRET}, ${OTHER}` })])
      assert.deepEqual((sinks[0] as WebhookSink).secrets, [SECRET, OTHER]);
  });

  for (const [what, yaml, name, problem] of [
    [
      'a kind there is not',
      'event_sinks:\n  - name: x\n    type: pigeon\n',
      'gatehouse.yaml:3 event_sinks[0].type',
      /./,
    ],
    ['a secret that is none', webhook().replace(SECRET, 'hunter2'), 'gatehouse.yaml:5 event_sinks[0].secret', /whsec_/],
    ['a name with a space', webhook().replace('crm', 'c m'), 'gatehouse.yaml:2 event_sinks[0].name', /lower case/],
    [
      'a redis-stream without Redis',
      'event_sinks:\n  - name: x\n    type: redis-stream\n',
      'gatehouse.yaml:2 event_sinks[0].url',
      /REDIS_URL/,
    ],
    [
      'a member that is not known',
      webhook('    retries: 3\n'),
      'gatehouse.yaml:6 event_sinks[0].retries',
      /known member/,
    ],
    [
      'two of one name',
      webhook('  - name: crm\n    type: stdout\n'),
      'gatehouse.yaml:6 event_sinks[1].name',
      /another sink’s name/,
    ],
    [
      'a user in the address',
      webhook('', 'https://a:b@crm.example/'),
      'gatehouse.yaml:4 event_sinks[0].url',
      /no user/,
    ],
  ] as const) {
    it(`refuses ${what}`, () => assertFault(() => load({}, yaml), name, problem));
  }

  it('refuses a webhook over http in production, and takes one in development', () => {
    const plain = webhook('', 'http://crm.example/hooks');
    assert.equal(sinksOf(plain).length, 1);
    assertFault(() => load(PRODUCTION, plain), 'gatehouse.yaml:4 event_sinks[0].url', /must be https/);
  });

  it('refuses a type that there is not, by the sink’s name', () => {
    const config = load({}, webhook('    types: [identity.*, nothing.at.all.v1]\n'));
    assertFault(() => checkSinks(config), 'event_sinks crm', /nothing\.at\.all\.v1/);
  });
});
