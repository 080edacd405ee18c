import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { documents } from '../../../src/events/catalogue/documents.ts';
import { eventTypes, isKnownFilter, matches } from '../../../src/events/catalogue/index.ts';

const ROOT = new URL('../../../', import.meta.url);

/** As the contract names them. */
const PROMISED = `identity.user.registered.v1 identity.email.verification-requested.v1 identity.email.verified.v1
  identity.password.reset-requested.v1 identity.password.changed.v1 identity.login.succeeded.v1 identity.login.failed.v1
  identity.session.ended.v1 identity.token.revoked.v1 identity.key.rotated.v1 candidate.created.v1 candidate.updated.v1
  candidate.deactivated.v1 candidate.restored.v1 assessment.session.created.v1 assessment.session.started.v1
  assessment.session.paused.v1 assessment.session.resumed.v1 assessment.session.submitted.v1 assessment.session.expired.v1
  assessment.session.terminated.v1 email.requested.v1 email.sent.v1 email.delivery-failed.v1`.split(/\s+/);

describe('the catalogue of events', () => {
  it('has every type of the contract', () => {
    const types = new Set<string>(eventTypes.map(([type]) => type));
    assert.deepEqual(
      PROMISED.filter((type) => !types.has(type)),
      [],
    );
  });

  for (const [type, { summary, usedBy, data, example }] of eventTypes) {
    it(`${type}: an example that is one, what has happened, who would use it, and nothing secret or personal`, () => {
      assert.deepEqual(data.parse(example), example);
      assert.throws(() => data.parse({ ...example, password: 'x' }), z.ZodError);
      assert.match(summary, /^[A-Z].*\.$/);
      assert.match(usedBy, /^[A-Z].*\.$/);
      assert.match(type, /^[a-z]+(\.[a-z-]+)+\.v\d+$/);
      const personal = /^(email|address|name|password|token|code|secret|network|ip)$/;
      assert.deepEqual(
        Object.keys(data.shape).filter((member) => personal.test(member)),
        [],
      );
    });
  }

  it('is written down as it is: run npm run catalogue', async () => {
    const made = documents();
    for (const [path, text] of made) assert.equal(await readFile(new URL(path, ROOT), 'utf8'), text, path);
    const there = (await readdir(fileURLToPath(new URL('docs/events', ROOT)))).map((name) => `docs/events/${name}`);
    assert.deepEqual(
      there.filter((path) => !made.has(path)),
      [],
    );
  });

  it('is a document of AsyncAPI 3 whose references lead somewhere', () => {
    const document = JSON.parse(documents().get('docs/events/asyncapi.json') ?? '');
    assert.equal(document.asyncapi, '3.0.0');
    for (const { $ref } of document.operations.deliver.messages) {
      const message = $ref
        .slice(2)
        .split('/')
        .reduce((node: Record<string, unknown>, name: string) => node[name], document);
      assert.equal(typeof message.name, 'string', $ref);
      const { data } = message.payload.properties;
      assert.ok(documents().has(`docs/events/${data.$ref.slice(2)}`), data.$ref);
    }
  });

  it('a filter means a type, or all that begin so; one that means none is a mistake', () => {
    assert.ok(matches('candidate.*', 'candidate.created.v1'));
    assert.ok(!matches('candidate.*', 'candidates.created.v1'));
    assert.ok(!matches('candidate.created.v1', 'candidate.created.v10'));
    for (const known of ['*', 'identity.*', 'identity.user.*', 'email.sent.v1']) assert.ok(isKnownFilter(known), known);
    for (const unknown of [
      '',
      'identity',
      'identity.',
      'nothing.*',
      'email.sent.v2',
      'i*',
      'identity.us*',
      '*.v1',
      '.*',
    ])
      assert.ok(!isKnownFilter(unknown), unknown);
  });
});
