import type { SendMailOptions } from 'nodemailer';
import type { MailTransport } from '../../src/mail/index.ts';

/** Milliseconds a mail server has for each step; one that hangs holds up no other mail for longer. */
const STEP = 10_000;
const patience = (step: number) => ({ connectionTimeout: step, greetingTimeout: step, socketTimeout: step });

/** Milliseconds for a whole mail: a server that says a letter now and then keeps to every step's time, and never ends. */
const DELIVERY = 30_000;

/** Loaded where mail is sent: in development nothing is, and few commands do. */
const library = () => import('nodemailer');

/** Mail by SMTP, over connections that are kept. */
export async function smtpTransport(
  url: string,
  from: string,
  { step = STEP, delivery = DELIVERY } = {},
): Promise<MailTransport> {
  const { createTransport } = await library();
  const transport = createTransport({ url, pool: true, maxConnections: 4, ...patience(step) } as object, { from });
  return {
    async send(mail) {
      const signal = AbortSignal.timeout(delivery);
      const headers = { 'Auto-Submitted': 'auto-generated' };
      await transport.sendMail({ ...mail, headers, signal } as SendMailOptions).catch((error: unknown) => {
        throw signal.aborted ? new Error(`the mail server took longer than ${delivery / 1000} s`) : error;
      });
    },
    close: () => transport.close(),
  };
}

/** Connects, greets and signs in, and sends nothing. Rejects with the server's reason. */
export async function verifySmtp(url: string): Promise<void> {
  const { createTransport } = await library();
  const transport = createTransport({ url, ...patience(STEP) } as object);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
