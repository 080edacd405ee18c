/**
 * Mails: queued in the transaction of what causes them, rendered and sent by a job, once each. Owns their life; what
 * they say is in `views/emails`, how they travel is an adapter's.
 */
export { type DeliveryParts, deliverMail } from './deliver.ts';
export { type DevelopmentMailbox, developmentMailbox } from './development-mailbox.ts';
export { type MailJob, type MailParts, queueMail, SEND_MAIL } from './queue.ts';
export { failuresSince, forgetMails, listMails, type SentMail } from './store.ts';
export { sweepMails } from './sweep.ts';
export type { Mail, MailTransport, RenderedMail } from './types.ts';
