import { createTransport } from 'nodemailer';

/** Milliseconds a mail server has for each step of the greeting. */
const TIMEOUT = 5000;

/** Connects, greets and signs in, and sends nothing. Rejects with the server's reason. */
export async function verifySmtp(url: string): Promise<void> {
  const transport = createTransport(url, {
    connectionTimeout: TIMEOUT,
    greetingTimeout: TIMEOUT,
    socketTimeout: TIMEOUT,
  } as object);
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}
