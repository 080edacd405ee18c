import { createTransport } from 'nodemailer';
import type { MailTransport } from '../../src/mail/index.ts';

/** Milliseconds a mail server has for each step; one that hangs holds up no other mail for longer. */
const TIMEOUT = 10_000;
const patience = { connectionTimeout: TIMEOUT, greetingTimeout: TIMEOUT, socketTimeout: TIMEOUT };

/** Mail by SMTP, over connections that are kept. */
export function smtpTransport(url: string, from: string): MailTransport {
  const transport = createTransport({ url, pool: true, maxConnections: 4, ...patience } as object, { from });
  return {
    async send(mail) {
      await transport.sendMail({ ...mail, headers: { 'Auto-Submitted': 'auto-generated' } });
    },
    close: () => transport.close(),
  };
}

/** Connects, greets and signs in, and sends nothing. Rejects with the server's reason. */
export async function verifySmtp(url: string): Promise<void> {
  const transport = createTransport({ url, ...patience } as object);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
