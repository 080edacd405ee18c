import { decodeWords, type MailServer, type Received } from './mail-server.ts';
import { newEmail, PASSWORD } from './relying-party.ts';
import { until } from './until.ts';
import type { Visitor } from './visitor.ts';

/** What a person does at the demo, one page after another. */

export const credentials = (address: string, password = PASSWORD) => ({
  'E-mail address': address,
  Password: password,
});

/** How a mail's subject begins; who sends it follows. */
export type Subject =
  | 'Confirm your address'
  | 'You have an account already'
  | 'Set a new password'
  | 'Your password was changed'
  | 'Somebody tries to sign in as you'
  | 'Confirm your new address'
  | 'Your account has a new address'
  | 'We signed you out of an application'
  | 'Your account will be deleted';

interface ReceivedMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly [string, ...string[]];
}

/** Where the mails of a server go that has no mailbox of its own. */
const mailServers = new Map<string, MailServer>();

/** From now on, what this server mails is read from a mail server. */
export const readMailsFrom = (issuer: string, server: MailServer): void => void mailServers.set(issuer, server);

/** The mails to an address, newest first. */
export async function mailsTo(issuer: string, address: string): Promise<ReceivedMail[]> {
  const received = mailServers.get(issuer)?.received.filter(({ to }) => to === address);
  if (received) return received.toReversed().map(asReceived);
  const mails: ReceivedMail[] = JSON.parse(await (await fetch(`${issuer}/dev/mailbox.json`)).text());
  return mails.filter(({ to }) => to === address);
}

/** Its first part is the plain text. */
function asReceived({ to, header, text: whole }: Received): ReceivedMail {
  const boundary = /boundary="([^"]+)"/.exec(whole)?.[1] ?? '';
  const [, text = '', html = ''] = whole.split(`--${boundary}`);
  const links = (text.match(/https?:\/\/\S+/g) ?? []) as [string, ...string[]];
  return { to, subject: decodeWords(header('Subject')), text: text.replaceAll('\r', ''), html, links };
}

/** The newest mail to an address about this; waits until it is there. The server must run its jobs. */
export function newestMail(issuer: string, address: string, subject: Subject): Promise<ReceivedMail> {
  return until(`a mail to ${address}: ${subject}`, async () =>
    (await mailsTo(issuer, address)).find(({ subject: seen }) => seen.startsWith(`${subject} – `)),
  );
}

/** The six digits of the newest mail. */
export async function newestCode(issuer: string, address: string): Promise<string> {
  const { text } = await newestMail(issuer, address, 'Confirm your address');
  const [code] = /^\d{6}$/m.exec(text) ?? [];
  if (!code) throw new Error(`no code in this mail:\n${text}`);
  return code;
}

/** Reads the mail that came to the address, and types its code. */
export async function typeCode(visitor: Visitor, issuer: string, address: string): Promise<void> {
  await visitor.sees('Check your mail', address);
  await visitor.fill({ 'Code from the mail': await newestCode(issuer, address) });
  await visitor.press('Confirm');
}

/** From the application's first page to the one that waits for the code; the address it went to. */
export async function askForAccount(visitor: Visitor, issuer: string, address = newEmail()): Promise<string> {
  await visitor.page.goto(`${issuer}/demo`);
  await visitor.follow('Sign in with Gatehouse');
  await visitor.follow('Create an account');
  await visitor.fill({ Name: 'Ada Lovelace', ...credentials(address) });
  await visitor.press('Create account');
  await visitor.sees('Check your mail', address);
  return address;
}

/** From the application's first page to the consent page, with a new account; its address. */
export async function registerAtDemo(visitor: Visitor, issuer: string): Promise<string> {
  const address = await askForAccount(visitor, issuer);
  await typeCode(visitor, issuer, address);
  await visitor.sees('Share your details with Demo?');
  return address;
}

export async function allowDemo(visitor: Visitor): Promise<void> {
  await visitor.press('Allow');
  await visitor.sees('You’re signed in to Demo');
}

/** Signs out of the application and of Gatehouse. */
export async function signOutOfDemo(visitor: Visitor): Promise<void> {
  await visitor.press('Sign out');
  await visitor.sees('Sign out?');
  await visitor.press('Sign out');
  await visitor.sees('Welcome to the demo');
}
