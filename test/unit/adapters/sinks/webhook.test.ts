import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { isPrivate } from '../../../../adapters/sinks/public-addresses.ts';
import { webhookSink } from '../../../../adapters/sinks/webhook.ts';
import type { WebhookSink } from '../../../../src/config/index.ts';
import type { CloudEvent } from '../../../../src/events/index.ts';

const [NEW, OLD, ANOTHER] = [1, 2, 3].map((byte) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`) as [
  string,
  string,
  string,
];

const event: CloudEvent = {
  specversion: '1.0',
  id: '019abf6e-1111-7000-8000-000000000001',
  source: 'https://id.example.com',
  type: 'identity.user.deleted.v1',
  subject: 'somebody',
  time: '2026-11-26T09:00:00.000Z',
  datacontenttype: 'application/json',
  sequence: '7',
  correlationid: 'a-request',
  data: { user_id: 'somebody' },
};

describe('a webhook', () => {
  let server: Server;
  let url: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let received: { headers: IncomingMessage['headers']; body: string }[] = [];
  before(async () => {
    server = createServer(async (request, response) => {
      received.push({ headers: request.headers, body: await text(request) });
      answer(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`;
  });
  beforeEach(() => {
    received = [];
    answer = (_, response) => void response.writeHead(204).end();
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const sink = (more: Partial<WebhookSink> = {}) =>
    webhookSink({
      ...{ name: 'crm', type: 'webhook', url, types: ['*'], secrets: [NEW], timeout: 1, give_up_after: 1 },
      ...{ on_dead_letter: 'skip', private_addresses: true },
      ...more,
    });

  it('gets the event as it is, signed, with its id and the id of what caused it', async () => {
    await sink().deliver(event);
    const [{ headers, body } = assert.fail()] = received;
    assert.deepEqual(JSON.parse(body), event);
    const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const signed = Object.fromEntries(names.map((name) => [name, String(headers[name])]));
    assert.deepEqual(new Webhook(NEW).verify(body, signed), event);
    assert.throws(() => new Webhook(ANOTHER).verify(body, signed));
    assert.throws(() => new Webhook(NEW).verify(`${body} `, signed));
    assert.deepEqual([headers['webhook-id'], headers['x-correlation-id']], [event.id, 'a-request']);
    assert.equal(headers['content-type'], 'application/cloudevents+json');
  });

  it('can be verified by either secret while one takes the place of the other', async () => {
    await sink({ secrets: [NEW, OLD] }).deliver(event);
    const [{ headers, body } = assert.fail()] = received;
    for (const secret of [NEW, OLD])
      assert.deepEqual(new Webhook(secret).verify(body, headers as Record<string, string>), event);
  });

  for (const [what, bad, problem] of [
    ['answers 500', (_, response) => void response.writeHead(500).end('no'), /answered 500/],
    ['redirects', (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end(), /answered 302/],
    ['hangs', () => undefined, /did not answer within 1 s/],
    ['closes the socket', (request) => void request.socket.destroy(), /socket hang up/],
  ] as [string, typeof answer, RegExp][]) {
    it(`has not taken it when it ${what}`, async () => {
      answer = bad;
      await assert.rejects(sink().deliver(event), problem);
      assert.equal(received.length, 1, 'and no other address is called');
    });
  }

  it('may send a gigabyte: nothing of it is kept, and nobody waits for it', async () => {
    let sent = 0;
    const megabyte = Buffer.alloc(2 ** 20);
    const { promise: cut, resolve } = Promise.withResolvers<void>();
    answer = (_, response) => {
      response.writeHead(200, { 'content-length': String(2 ** 30) });
      response.on('close', resolve);
      const more = () => {
        while (!response.destroyed && sent < 1024) {
          sent += 1;
          if (!response.write(megabyte)) return void response.once('drain', more);
        }
      };
      more();
    };
    const before = process.memoryUsage().rss;
    await sink().deliver(event);
    await cut;
    assert.ok(sent < 64, `${sent} MB were sent`);
    assert.ok(process.memoryUsage().rss - before < 64 * 2 ** 20);
  });

  it('[22] at a private address is not called, by number or by name, unless that was allowed', async () => {
    const { port } = new URL(url);
    for (const host of ['127.0.0.1', '[::1]', '[::ffff:127.0.0.1]', '10.0.0.1', '169.254.169.254', '0.0.0.0'])
      await assert.rejects(
        sink({ private_addresses: false, url: `http://${host}:${port}/` }).deliver(event),
        /private address/,
        host,
      );
    const named = sink({ private_addresses: false, url: `http://localhost:${port}/` });
    await assert.rejects(named.deliver(event), /localhost has no public address/);
    assert.equal(received.length, 0);
    for (const host of ['8.8.8.8', '[2606:4700::1111]', 'crm.example']) assert.equal(isPrivate(host), false, host);
  });
});
