import { SMTPServer } from 'smtp-server';
import { freePort } from './ports.ts';

/** The words of a header as they were before they were made ASCII (RFC 2047). */
export function decodeWords(header: string): string {
  return header.replace(/=\?UTF-8\?([QB])\?([^?]*)\?=(?: (?==\?))?/gi, (_, kind: string, text: string) => {
    if (kind.toUpperCase() === 'B') return Buffer.from(text, 'base64').toString('utf8');
    const bytes = text
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/g, (_hex, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  });
}

/** A mail as a server got it. */
export interface Received {
  readonly to: string;
  readonly from: string;
  /** One header's value, unfolded; empty where there is none. */
  header(name: string): string;
  /** Header and body as they came, quoted-printable undone. */
  readonly text: string;
}

export interface MailServer {
  readonly url: string;
  readonly received: Received[];
  /** Refuses the next mails with this reply, once their text was read; undefined: takes them. */
  refuse(reply: string | undefined): void;
  stop(): Promise<void>;
}

/** A real SMTP server on loopback, on `port` where one stopped before. */
export async function startMailServer(port?: number): Promise<MailServer> {
  const received: Received[] = [];
  let reason: string | undefined;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    closeTimeout: 200,
    onData(stream, session, done) {
      void stream.toArray().then((chunks) => {
        if (reason) return done(Object.assign(new Error(reason), { responseCode: 451 }));
        const to = session.envelope.rcptTo.map(({ address }) => address).join(',');
        const { mailFrom } = session.envelope;
        received.push(readMail(Buffer.concat(chunks).toString('utf8'), to, mailFrom ? mailFrom.address : ''));
        return done();
      });
    },
  });
  server.on('error', () => undefined);
  const at = port ?? (await freePort());
  await new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  return {
    url: `smtp://127.0.0.1:${at}`,
    received,
    refuse: (reply) => {
      reason = reply;
    },
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}

function readMail(raw: string, to: string, from: string): Received {
  const [head = ''] = raw.split('\r\n\r\n');
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const header = (name: string) =>
    lines
      .find((line) => line.toLowerCase().startsWith(`${name.toLowerCase()}:`))
      ?.slice(name.length + 1)
      .trim() ?? '';
  const bytes = raw
    .replace(/=\r\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));
  return { to, from, header, text: Buffer.from(bytes, 'latin1').toString('utf8') };
}
