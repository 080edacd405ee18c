import assert from 'node:assert/strict';
import { outgoing } from '../../../src/oidc/outgoing.ts';
import { createLogger } from '../../../src/telemetry/index.ts';

describe('a call to an address that a client named', () => {
  const lines: string[] = [];
  const log = { write: (line: string) => void lines.push(line) };

  it('[22] is not made where nothing guards it, and the log says so without what is secret in the address', async () => {
    const call = outgoing(await createLogger('info', log));
    await assert.rejects(call(new URL('https://app.example/keys?key=hidden') as never, {}), /private addresses/);
    assert.match(lines.join(''), /"level":"warn".*"address":"https:\/\/app.example\/keys".*private addresses/);
    assert.doesNotMatch(lines.join(''), /hidden/);
  });

  it('is told when it brings no success, and not when it does', async () => {
    const answers = [Response.json({}), new Response(null, { status: 204 }), new Response('', { status: 500 })];
    const call = outgoing(await createLogger('info', log), async () => answers.shift() as Response);
    lines.length = 0;
    while (answers.length > 0) await call(new URL('https://app.example/keys') as never, {});
    assert.equal(lines.length, 1);
    assert.match(lines[0] ?? '', /"reason":"it answered 500"/);
  });
});
