import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { declaration } from '../support/declaration.ts';
import { wakeWorker } from '../support/jobs.ts';
import { KafkaStandIn } from '../support/kafka-stand-in.ts';
import { newPerson } from '../support/people.ts';
import { newEmail, PASSWORD, RelyingParty, registerAt } from '../support/relying-party.ts';
import { startServer, type TestServer } from '../support/server.ts';
import { until } from '../support/until.ts';
import { UserAgent } from '../support/user-agent.ts';

const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

describe('events on their way out of a server', () => {
  let receiver: Server;
  let kafka: KafkaStandIn;
  let server: TestServer;
  const received: { path: string; headers: IncomingMessage['headers']; event: Record<string, unknown> }[] = [];
  before(async () => {
    receiver = createServer(async (request, response) => {
      const body = await text(request);
      const path = request.url ?? '';
      if (path === '/broken') return void response.writeHead(500).end();
      const event = new Webhook(SECRET).verify(body, request.headers as Record<string, string>);
      received.push({ path, headers: request.headers, event: event as Record<string, unknown> });
      response.end();
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const { port } = receiver.address() as AddressInfo;
    const sink = (name: string, types: string) => `
  - name: ${name}
    type: webhook
    url: http://127.0.0.1:${port}/${name}
    secret: ${SECRET}
    private_addresses: true
    types: [${types}]`;
    kafka = await new KafkaStandIn('gatehouse.events', {}).listen();
    const bus = `
  - name: bus
    type: kafka
    brokers: ["127.0.0.1:${kafka.port}"]
    tls: false
    types: [identity.*]`;
    const webhooks = [sink('all', '"*"'), sink('mails', 'email.*'), sink('broken', '"*"')].join('');
    const nowhere = 'events:\n  network_addresses: false\n';
    const yaml = `${declaration}${nowhere}event_sinks:${webhooks}${bus}\n`;
    server = await startServer({ yaml, jobs: true });
  });
  after(async () => {
    await server.close();
    receiver.closeAllConnections();
    receiver.close();
    await kafka.stop();
  });

  const at = (path: string, id: string) =>
    received.filter(({ path: to, headers }) => to === path && headers['x-correlation-id'] === id);

  it('one id goes from the answer by the log, the event and the mail’s job to each webhook that wants it', async () => {
    const id = 'one-registration';
    const agent = new UserAgent(server.issuer, { 'x-correlation-id': id });
    const page = await agent.open(new RelyingParty(server.issuer).authorizeUrl({ client_id: 'web' }));
    const answer = await registerAt(agent, page, newEmail());
    assert.equal(answer.headers.get('x-correlation-id'), id);
    await wakeWorker(server.db);
    const types = () => at('/all', id).map(({ event }) => event['type']);
    // Those of the mail don't wait for those of the person, nor the other way round.
    const last = ['email.sent.v1', 'identity.login.succeeded.v1'];
    await until('the mail, and the sign-in', () => last.every((type) => types().includes(type)));
    assert.deepEqual(types().sort(), [
      'email.requested.v1',
      'email.sent.v1',
      'identity.email.verification-requested.v1',
      'identity.login.succeeded.v1',
      'identity.user.registered.v1',
    ]);
    await until('the other sink', () => at('/mails', id).length === 2);
    for (const { event } of at('/all', id)) assert.equal(event['correlationid'], id);
    assert.ok(server.logs().includes(id));
    const sent = at('/all', id).find(({ event }) => event['type'] === 'email.sent.v1');
    assert.equal(sent?.event['actor'], 'system');
    const bodies = JSON.stringify(received);
    assert.ok(!bodies.includes(PASSWORD) && !bodies.includes('@example.com'));
    assert.deepEqual(await server.db('events').distinct('network').pluck('network'), [null], 'it was not to be kept');
  });

  it('a receiver that is broken holds nobody else up, and operators see it', async () => {
    const before = received.length;
    await newPerson(server.issuer);
    await until('the others', () => received.length > before);
    const broken = () => server.db('event_sinks').where({ name: 'broken' }).first();
    await until('its state', async () => (await broken()).state === 'failing');
    assert.equal((await broken()).last_error, 'answered 500');
    const metrics = await (await fetch(`${server.issuer}/metrics`)).text();
    const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1]);
    assert.ok(value('event_deliveries_total{sink="all",result="delivered"}') >= 4);
    assert.ok(value('event_deliveries_total{sink="broken",result="failed"}') >= 1);
    assert.ok(value('event_sink_backlog{sink="broken"}') >= 1);
    assert.ok(value('event_sink_age_seconds{sink="broken"}') > 0);
    assert.equal(value('event_sink_dead_letters{sink="broken"}'), 0);
  });

  it('Kafka has what is wanted there under the person’s id, and operators see how it goes', async () => {
    const before = (await kafka.entries()).length;
    await newPerson(server.issuer);
    await until('them', async () => (await kafka.entries()).length > before);
    for (const { key, value, headers } of await kafka.entries()) {
      const event = JSON.parse(value);
      assert.equal(key, event.subject);
      assert.match(event.type, /^identity\./);
      assert.equal(headers['x-correlation-id'], event.correlationid);
    }
    const metrics = async () => (await fetch(`${server.issuer}/metrics`)).text();
    const delivered = /^event_deliveries_total\{sink="bus",result="delivered"\} [1-9]/m;
    await until('its metrics', async () => delivered.test(await metrics()));
    assert.match(await metrics(), /^event_sink_dead_letters\{sink="bus"\} 0$/m);
    const { state, last_error, leased_by } = await server.db('event_sinks').where({ name: 'bus' }).first();
    assert.deepEqual([state, last_error], ['ok', null]);
    assert.ok(leased_by);
  });
});
