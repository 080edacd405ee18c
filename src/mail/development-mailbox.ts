import type { Clock } from '../kernel/clock.ts';
import type { MailTransport, RenderedMail } from './types.ts';

/** A mail as the mailbox of development shows it. */
export interface MailboxEntry {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly links: readonly string[];
  readonly sent_at: string;
}

export interface DevelopmentMailbox extends MailTransport {
  /** Newest first. */
  list(): readonly MailboxEntry[];
}

const KEPT = 200;

/** Where mail lands without SMTP_URL, in development: this process's memory. */
export function developmentMailbox(clock: Clock): DevelopmentMailbox {
  const entries: MailboxEntry[] = [];
  return {
    async send({ to, subject, text, html }: RenderedMail) {
      const links = [...new Set(text.match(/https?:\/\/\S+/g) ?? [])];
      entries.unshift({ to, subject, text, html, links, sent_at: clock.now().toISOString() });
      entries.splice(KEPT);
    },
    list: () => entries,
    close: () => undefined,
  };
}
