import assert from 'node:assert/strict';
import { stdoutSink } from '../../../../adapters/sinks/stdout.ts';
import type { CloudEvent } from '../../../../src/events/index.ts';

const anEvent = (id: string): CloudEvent => ({
  specversion: '1.0',
  id,
  source: 'https://id.example.com',
  type: 'identity.user.deleted.v1',
  time: '2026-11-26T09:00:00.000Z',
  datacontenttype: 'application/json',
  sequence: '1',
  data: { user_id: 'two\nlines' },
});

describe('standard output', () => {
  const { write } = process.stdout;
  afterEach(() => {
    process.stdout.write = write;
  });
  const sink = stdoutSink({ name: 'lines', types: ['*'] });
  const events = [anEvent('one'), anEvent('two')];

  it('gets a line of JSON for each event, whatever is in it', async () => {
    let out = '';
    process.stdout.write = ((text: string, done: () => void) => {
      out += text;
      done();
      return true;
    }) as typeof write;
    await sink.deliver(events);
    assert.deepEqual(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
      events,
    );
  });

  it('has taken nothing where it was closed', async () => {
    process.stdout.write = ((_: string, done: (error: Error) => void) => {
      done(new Error('write EPIPE'));
      return false;
    }) as typeof write;
    await assert.rejects(sink.deliver(events), /EPIPE/);
  });
});
