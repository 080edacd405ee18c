import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Writer } from '@platformatic/kafka';
import type { Kafka } from './kafka.ts';
import { ERROR, KafkaLog } from './kafka-log.ts';
import * as wire from './kafka-wire.ts';

/**
 * What becomes of a request to produce. `take`: it is kept, and answered. `lose`: it is kept, and the connection is closed
 * before the answer. `garble`: kept, and the answer ends too early. `close`: closed before it is kept. `hang`: neither kept nor answered. A number: that error.
 */
export type Fate = 'take' | 'lose' | 'garble' | 'close' | 'hang' | number;

interface Access {
  readonly tls?: { readonly key: string; readonly cert: string };
  /** That of `gatehouse`, by SASL/PLAIN. */
  readonly password?: string;
}

/**
 * Stands in for a Kafka where there is none: one broker on loopback, which speaks as much of the protocol as a producer needs,
 * in one version of each request, read and written by the library that is tested with it. It keeps what it gets in memory, and
 * knows a batch that comes again as Kafka does. It is no Kafka: what both ends of one library get wrong alike is not seen
 * here, nor are replicas, elections and quotas. `KAFKA_BROKERS` has the tests run against a real one as well (`kafka.ts`).
 */
export class KafkaStandIn implements Kafka {
  readonly log: KafkaLog;
  /** Requests to produce so far. */
  produced = 0;
  readonly #server: Server;
  readonly #password: string | undefined;
  readonly #sockets = new Set<Socket>();
  #fates: Fate[] = ['take'];
  #lastProducer = 1000n;

  constructor(topic: string, { tls, password }: Access) {
    this.log = new KafkaLog(topic);
    this.#password = password;
    const serve = (socket: Socket) => this.#serve(socket);
    this.#server = tls ? createTlsServer(tls, serve) : createServer(serve);
  }

  async listen(): Promise<this> {
    await once(this.#server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  get brokers() {
    return [{ host: '127.0.0.1', port: this.port }];
  }

  get topic(): string {
    return this.log.topic;
  }

  get connections(): number {
    return this.#sockets.size;
  }

  /** Decides of the requests to produce that come next; the last of them of all that follow. */
  next(...fates: Fate[]): void {
    this.#fates = fates;
  }

  /** Reads nothing more of the connections that are open. */
  deafen(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  async entries() {
    return this.log.entries();
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await once(this.#server.close(), 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket)));
    let isKnown = this.#password === undefined;
    const answer = (request: wire.Request): Writer | undefined => {
      if (request.api === 'authenticate') {
        isKnown = request.bytes.toString() === `\0gatehouse\0${this.#password}`;
        return wire.authenticated(isKnown ? 0 : ERROR.SASL_AUTHENTICATION_FAILED);
      }
      if (!isKnown && request.api !== 'mechanism') return void socket.destroy();
      return request.api === 'produce' ? this.#produce(socket, request.batches) : this.#answer(request);
    };
    const read = wire.requestReader((head, request) => {
      const body = answer(request);
      if (!body) return;
      const isTurnedAway = request.api === 'authenticate' && !isKnown;
      socket.write(wire.answerTo(head, body), () => isTurnedAway && socket.resetAndDestroy());
    });
    socket.on('data', read);
  }

  #answer(request: Exclude<wire.Request, { api: 'authenticate' | 'produce' }>): Writer {
    switch (request.api) {
      case 'api versions':
        return wire.apiVersions();
      case 'mechanism':
        return wire.mechanisms(request.mechanism === 'PLAIN' ? 0 : ERROR.UNSUPPORTED_SASL_MECHANISM, ['PLAIN']);
      case 'producer id':
        this.#lastProducer += 1n;
        return wire.producerId(this.#lastProducer);
      case 'metadata': {
        const { topic, partitions } = this.log;
        const asked = request.topics.map((name) => ({ name, partitions: name === topic ? partitions : 0 }));
        return wire.metadata(this.port, asked);
      }
    }
  }

  #produce(socket: Socket, batches: readonly wire.Batch[]): Writer | undefined {
    this.produced += 1;
    const fate = (this.#fates.length > 1 ? this.#fates.shift() : this.#fates[0]) ?? 'take';
    if (typeof fate === 'number') return wire.produced(batches.map((batch) => ({ batch, error: fate, offset: -1 })));
    const appended = fate === 'close' || fate === 'hang' ? [] : batches.map((batch) => this.log.append(batch));
    if (fate === 'take') return wire.produced(appended);
    if (fate === 'garble') return wire.garbled();
    if (fate !== 'hang') socket.destroy();
    return undefined;
  }
}
