import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ejs, { type TemplateFunction } from 'ejs';
import { type Locale, wordsIn } from '../i18n/index.ts';

/** A mail's name (its files in `views/emails`) and the locals it isn't sent without; `app` can always be given. */
const NEEDS = {
  'verify-email': ['email', 'link', 'code'],
  'address-taken': ['email', 'reset_link'],
  'reset-password': ['email', 'link'],
  'password-changed': ['email', 'reset_link'],
  'sign-in-failures': ['email', 'reset_link'],
  invitation: ['email', 'link'],
  'change-email': ['email', 'link'],
  'email-changed': ['email', 'link'],
  'account-deletion': ['email', 'due', 'link'],
  'token-reused': ['email', 'sessions_link'],
  'candidate-invitation': ['link', 'until'],
} as const;

export type MailName = keyof typeof NEEDS;

/** What a mail says. */
export interface MailWords {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export type MailRenderer = (mail: {
  readonly kind: MailName;
  readonly locale?: Locale | undefined;
  readonly locals: Readonly<Record<string, string>>;
}) => Promise<MailWords>;

export interface MailRendererOptions {
  readonly viewsDir: string;
  /** Templates are compiled once, at the start; in development every mail is read anew. */
  readonly production: boolean;
}

/**
 * Renders mails from `views/emails`. The text comes first: it tells the mail's title, which is its subject and the
 * heading of its HTML, through `it.layout`, the way pages do. Rejects when a local is missing or a link is none.
 */
export function createMailRenderer({ viewsDir, production }: MailRendererOptions): MailRenderer {
  const template = templates(viewsDir, production);

  return async ({ kind, locale, locals }) => {
    const layout = { title: '' };
    const words = wordsIn(locale);
    const app = oneLine(locals['app'] ?? '');
    const it = { ...locals, app, sender: app || 'Gatehouse', host: checkedHost(kind, locals), layout, ...words };
    const text = template(`${kind}.txt.ejs`)(it);
    const body = template(`${kind}.html.ejs`)(it);
    const html = template('layout.html.ejs')({ ...it, body });
    return { subject: oneLine(`${layout.title} – ${it.sender}`), text: `${text.trim()}\n`, html };
  };
}

function templates(viewsDir: string, production: boolean): (file: string) => TemplateFunction {
  const read = (file: string): TemplateFunction => {
    const filename = join(viewsDir, 'emails', file);
    const plain = file.endsWith('.txt.ejs') ? { escape: asItIs } : {};
    const options = { filename, root: viewsDir, strict: true, localsName: 'it', cache: production, ...plain };
    return ejs.compile(readFileSync(filename, 'utf8'), options);
  };
  if (!production) return read;

  const mails = Object.keys(NEEDS).flatMap((kind) => [`${kind}.txt.ejs`, `${kind}.html.ejs`]);
  const compiled = new Map(['layout.html.ejs', ...mails].map((file) => [file, read(file)]));
  return (file) => compiled.get(file) ?? read(file);
}

/** Plain text has no markup to escape from. */
const asItIs = (value?: unknown): string => String(value ?? '');

/**
 * The host that a mail's links lead to. What is thrown names the local and never its value: reasons of failure are
 * kept, and a link opens an account.
 */
function checkedHost(kind: MailName, locals: Readonly<Record<string, string>>): string {
  let host = '';
  for (const name of NEEDS[kind]) {
    const value = locals[name];
    if (!value) throw new Error(`The mail ${kind} needs ${name}`);
    if (!name.endsWith('link')) continue;
    if (!/^https?:\/\/\S+$/.test(value) || !URL.canParse(value))
      throw new Error(`The mail ${kind} needs an http(s) address as ${name}`);
    host ||= new URL(value).host;
  }
  return host;
}

/** Without line breaks, other control characters, and those that turn the direction of what follows. */
function oneLine(words: string): string {
  return words
    .replace(/[\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
}
