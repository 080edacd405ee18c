import type { KoaContextWithOIDC } from 'oidc-provider';
import { type ReuseJob, TELL_OF_REUSE } from '../accounts/index.ts';
import type { UnitOfWork } from '../artifacts/index.ts';
import { sha256 } from '../kernel/ids.ts';
import type { Logger } from '../telemetry/index.ts';

const ATTEMPTS = 5;

/**
 * Takes note of a refresh that was refused because its token had been used: one of the two who had it stole it, and the
 * family has ended (RFC 9700 §4.14.2). What is written joins the commit that ends it. A person is told where the client kept no secret: its tokens are the easiest to steal.
 */
export async function noteReuse(ctx: KoaContextWithOIDC, { work, logger }: { work: UnitOfWork; logger: Logger }) {
  const { client, entities } = ctx.oidc;
  const token = entities.RefreshToken;
  if (!client || !token?.['consumed'] || !token.accountId) return;
  const { clientId: client_id, clientName = client_id } = client;
  logger.warn({ client_id, sub: token.accountId }, 'a refresh token was used twice: what it belongs to has ended');
  const data = { user_id: token.accountId, client_id };
  const event = {
    type: 'identity.token.reuse-detected.v1',
    subject: token.accountId,
    clientId: client_id,
    data,
  } as const;
  await work.tell(event, token.grantId === undefined ? undefined : { model: 'Grant', id: sha256(token.grantId) });
  if (client.clientAuthMethod !== 'none') return;
  const payload: ReuseJob = { user_id: token.accountId, app: clientName };
  await work.write({ kind: 'job', task: TELL_OF_REUSE, payload, attempts: ATTEMPTS });
}
