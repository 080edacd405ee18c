import Router from '@koa/router';
import type { Show, State } from '../http/index.ts';
import type { DevelopmentMailbox } from '../mail/index.ts';

/** `/dev/mailbox`: what would have been mailed; in development without SMTP_URL only. */
export function devMailboxRoutes(mailbox: DevelopmentMailbox, show: Show): Router<State> {
  const router = new Router<State>();
  router.get('/dev/mailbox', (ctx) => show(ctx, 'mailbox', { mails: mailbox.list() }));
  router.get('/dev/mailbox.json', (ctx) => {
    ctx.body = mailbox.list();
  });
  return router;
}
