import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '../../../src/config/index.ts';
import { selfSigned } from '../../support/self-signed.ts';
import { assertFault, directory, faults, KEY, load, PRODUCTION } from './support.ts';

const PASSWORD = 'a-password-nobody-may-read';
const sasl = (more: string) => `    sasl: { mechanism: scram-sha-512, username: gatehouse, ${more} }\n`;
const kafka = (more = '', brokers = '[kafka.example:9093]') =>
  `event_sinks:\n  - name: bus\n    type: kafka\n    brokers: ${brokers}\n${more}`;
const sinkOf = (yaml: string, env: Record<string, string> = {}) => load(env, yaml).eventSinks[0];

describe('an event sink of type kafka', () => {
  it('has what was declared, and the rest by default: over TLS', () => {
    assert.deepEqual(sinkOf(kafka()), {
      name: 'bus',
      type: 'kafka',
      types: ['*'],
      brokers: [{ host: 'kafka.example', port: 9093 }],
      topic: 'gatehouse.events',
      tls: { ca: undefined },
      sasl: undefined,
      on_dead_letter: 'skip',
    });
    const members = '    topic: people\n    tls: false\n    on_dead_letter: block\n    types: ["identity.*"]\n';
    assert.deepEqual(sinkOf(kafka(members, '["127.0.0.1:9092", "[::1]:9092"]')), {
      name: 'bus',
      type: 'kafka',
      types: ['identity.*'],
      brokers: [
        { host: '127.0.0.1', port: 9092 },
        { host: '::1', port: 9092 },
      ],
      topic: 'people',
      tls: undefined,
      sasl: undefined,
      on_dead_letter: 'block',
    });
  });

  it('has a password as it stands there, of a setting, or of a file that a setting names', () => {
    const file = join(directory({ secret: `${PASSWORD}\n` }), 'secret');
    for (const [yaml, env] of [
      [sasl(`password: ${PASSWORD}`), {}],
      [sasl('password_env: KAFKA_PASSWORD'), { KAFKA_PASSWORD: PASSWORD }],
      [sasl('password_env: KAFKA_PASSWORD'), { KAFKA_PASSWORD_FILE: file }],
    ] as [string, Record<string, string>][]) {
      const sink = sinkOf(kafka(yaml), env);
      assert.ok(sink?.type === 'kafka');
      assert.deepEqual(sink.sasl, { mechanism: 'SCRAM-SHA-512', username: 'gatehouse', password: PASSWORD });
    }
  });

  it('trusts the certificates of a file, beside the declarative one or elsewhere', async () => {
    const { certificate } = await selfSigned();
    const cwd = directory({ 'ca.pem': certificate });
    writeFileSync(join(cwd, 'gatehouse.yaml'), kafka('    ca_file: ca.pem\n'));
    const [sink] = loadConfig({ MASTER_KEY: KEY }, cwd).eventSinks;
    assert.ok(sink?.type === 'kafka');
    assert.equal(sink.tls?.ca, certificate);
  });

  const at = 'event_sinks[0]';
  for (const [what, yaml, name, problem] of [
    ['no broker', kafka('', '[]'), `gatehouse.yaml:4 ${at}.brokers`, /at least 1/],
    ['a broker without a port', kafka('', '[kafka.example]'), `gatehouse.yaml:4 ${at}.brokers[0]`, /host:port/],
    ['a broker as a URL', kafka('', '["kafka://a:9092"]'), `gatehouse.yaml:4 ${at}.brokers[0]`, /without a scheme/],
    ['a port there is not', kafka('', '["kafka:65536"]'), `gatehouse.yaml:4 ${at}.brokers[0]`, /host:port/],
    ['a topic Kafka would not', kafka('    topic: a/b\n'), `gatehouse.yaml:5 ${at}.topic`, /letters, digits/],
    ['a topic of two full stops', kafka('    topic: ..\n'), `gatehouse.yaml:5 ${at}.topic`, /letters, digits/],
    [
      'another mechanism',
      kafka(sasl('password: x').replace('scram-sha-512', 'gssapi')),
      /mechanism$/,
      /plain or scram/,
    ],
    ['no password', kafka(sasl('')), `gatehouse.yaml:5 ${at}.sasl`, /password_env/],
    ['a setting that is not set', kafka(sasl('password_env: NOT_SET')), /password_env$/, /a setting that is set/],
    ['a password twice', kafka(sasl('password: x, password_env: NOT_SET')), /password_env$/, /remove one/],
    ['a CA that is not there', kafka('    ca_file: nowhere.pem\n'), `gatehouse.yaml:5 ${at}.ca_file`, /ENOENT/],
    ['a CA that is none', kafka('    ca_file: gatehouse.yaml\n'), `gatehouse.yaml:5 ${at}.ca_file`, /in PEM/],
    ['a CA for nothing', kafka('    tls: false\n    ca_file: ca.pem\n'), /ca_file$/, /without TLS/],
  ] as [string, string, string | RegExp, RegExp][]) {
    it(`refuses ${what}`, () => {
      const run = () => load({}, yaml);
      if (typeof name === 'string') return assertFault(run, name, problem);
      const [fault = assert.fail(), ...more] = faults(run);
      assert.deepEqual(more, []);
      assert.match(fault.name, name);
      assert.match(fault.problem, problem);
    });
  }

  it('refuses plain text in production, but on this machine, and takes it in development', () => {
    const plain = (brokers: string) => kafka('    tls: false\n', brokers);
    assert.ok(sinkOf(plain('[kafka:9092]')));
    assertFault(
      () => load(PRODUCTION, plain('["localhost:9092", "kafka:9092"]')),
      `gatehouse.yaml:5 ${at}.tls`,
      /must be true/,
    );
    assert.ok(load(PRODUCTION, plain('["localhost:9092", "127.0.0.1:9093", "[::1]:9092"]')).eventSinks[0]);
  });

  it('is told everything that is wrong with it at once, and no secret', () => {
    const more = `    tls: false\n    ca_file: nowhere.pem\n${sasl(`password: ${PASSWORD}, password_env: NOT_SET`)}`;
    const found = faults(() => load(PRODUCTION, kafka(more)));
    assert.deepEqual(
      found.map(({ name }) => name.split('.').slice(2).join('.')),
      ['tls', 'ca_file', 'sasl.password_env'],
    );
    assert.ok(!JSON.stringify(found).includes(PASSWORD));
  });
});
