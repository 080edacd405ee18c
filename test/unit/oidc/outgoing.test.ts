import assert from 'node:assert/strict';
import { outgoing } from '../../../src/oidc/outgoing.ts';
import { createLogger } from '../../../src/telemetry/index.ts';

describe('a call to an address that a client named', () => {
  const lines: string[] = [];
  const log = { write: (line: string) => void lines.push(line) };

  it('[22] is not made where nothing guards it, and the log says so without what is secret in the address', async () => {
    const call = outgoing(await createLogger('info', log));
    await assert.rejects(call(new URL('https://app.example/keys?key=hidden') as never, {}), /private addresses/);
    assert.match(lines.join(''), /"level":"warn".*private addresses.*"address":"https:\/\/app.example\/keys"/);
    assert.doesNotMatch(lines.join(''), /hidden/);
  });
});
