import assert from 'node:assert/strict';
import { createServer, type Server, type Socket } from 'node:net';
import { smtpTransport, verifySmtp } from '../../../adapters/smtp/index.ts';
import type { RenderedMail } from '../../../src/mail/index.ts';
import { freePort } from '../../support/ports.ts';
import { until } from '../../support/until.ts';

const MAIL: RenderedMail = {
  to: 'ada@example.com',
  subject: 'Hello',
  text: 'Hello',
  html: '<p>Hello</p>',
  messageId: '<1@id.example.com>',
};

/** A server that does with each connection what the test says. */
async function listen(onConnection: (socket: Socket) => void): Promise<{ url: string; server: Server; stop(): void }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    onConnection(socket);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const stop = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `smtp://127.0.0.1:${port}`, server, stop };
}

/** Speaks SMTP line by line; `say` answers a command, or does not. */
const speak = (say: (command: string, socket: Socket) => string | undefined) => (socket: Socket) => {
  let inData = false;
  let rest = '';
  socket.write('220 here\r\n');
  socket.setEncoding('utf8').on('data', (chunk: unknown) => {
    rest += String(chunk);
    const lines = rest.split('\r\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (inData && line !== '.') continue;
      const reply = say(line, socket);
      inData = line === 'DATA';
      if (reply) socket.write(`${reply}\r\n`);
    }
  });
};

const polite = (command: string) => (command === 'DATA' ? '354 go on' : '250 fine');

describe('mail by SMTP, with a server that is no help', function () {
  this.timeout(30_000);

  async function send(url: string, options = {}): Promise<{ error: string; seconds: number }> {
    const transport = await smtpTransport(url, 'no-reply@example.com', options);
    const begin = Date.now();
    const error = await transport.send(MAIL).then(
      () => '',
      (cause: Error) => cause.message,
    );
    transport.close();
    return { error, seconds: (Date.now() - begin) / 1000 };
  }

  it('refused: says so at once', async () => {
    const { error, seconds } = await send(`smtp://127.0.0.1:${await freePort()}`);
    assert.match(error, /ECONNREFUSED/);
    assert.ok(seconds < 5, `${seconds} s`);
  });

  it('[R9] mute, or mute after the text: gives up when a step has taken too long', async () => {
    const mute = await listen(() => undefined);
    const deaf = await listen(speak((command) => (command === '.' ? undefined : polite(command))));
    try {
      const results = await Promise.all([mute, deaf].map(({ url }) => send(url, { step: 300 })));
      for (const { error } of results) assert.match(error, /timeout|timed out|greeting never/i);
    } finally {
      mute.stop();
      deaf.stop();
    }
  });

  it('[R9] dripping: holds nobody up for longer than a whole mail may take, wherever it begins to', async () => {
    const dripped: Socket[] = [];
    /** A line that never ends, a letter at a time. */
    const drip = (socket: Socket) => {
      dripped.push(socket);
      const timer = setInterval(() => socket.write('2'), 50);
      socket.on('close', () => clearInterval(timer));
      return undefined;
    };
    const servers = await Promise.all([
      listen(drip),
      ...['EHLO', 'MAIL', 'DATA', '.'].map((at) =>
        listen(speak((command, socket) => (command.startsWith(at) ? drip(socket) : polite(command)))),
      ),
    ]);
    try {
      for (const { error, seconds } of await Promise.all(servers.map(({ url }) => send(url, { delivery: 600 })))) {
        assert.equal(error, 'the mail server took longer than 0.6 s');
        assert.ok(seconds < 3, `${seconds} s`);
      }
      assert.equal(dripped.length, servers.length, 'each was dripping');
      await until('no connection is left', () => dripped.every(({ destroyed }) => destroyed));
    } finally {
      for (const server of servers) server.stop();
    }
  });

  it('hanging up after the text: is not sent the mail again within one try', async () => {
    let texts = 0;
    const server = await listen(
      speak((command, socket) => {
        if (command !== '.') return polite(command);
        texts += 1;
        socket.end();
        return undefined;
      }),
    );
    try {
      const { error, seconds } = await send(server.url);
      assert.notEqual(error, '');
      assert.ok(seconds < 15, `${seconds} s`);
      assert.equal(texts, 1);
    } finally {
      server.stop();
    }
  });

  it('hanging up at once: fails within the time that one try has', async () => {
    const server = await listen((socket) => socket.end());
    try {
      const { error, seconds } = await send(server.url);
      assert.notEqual(error, '');
      assert.ok(seconds < 15, `${seconds} s`);
      await assert.rejects(verifySmtp(server.url));
    } finally {
      server.stop();
    }
  });

  it('sent to a server that is well: keeps the connection, and closes it with the transport', async () => {
    const open = new Set<Socket>();
    const server = await listen((socket) => {
      open.add(socket.on('close', () => open.delete(socket)));
      speak(polite)(socket);
    });
    const transport = await smtpTransport(server.url, 'no-reply@example.com');
    try {
      for (let mail = 0; mail < 3; mail += 1) await transport.send(MAIL);
      assert.equal(open.size, 1);
    } finally {
      transport.close();
    }
    await until('the connection is closed', () => open.size === 0);
    server.stop();
  });
});
