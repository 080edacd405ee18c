import { type RegisteredClient, rotateSecret } from '../../clients/index.ts';
import { confirm } from '../confirm.ts';
import { printJson } from '../print-json.ts';
import { Refusal } from '../run.ts';
import { requireOwnClient } from './find.ts';
import { printSecret } from './print-secret.ts';
import { note, withClients } from './with-clients.ts';

export interface RotateOptions {
  /** Seconds. */
  readonly grace: number;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** `clients rotate-secret`: another secret, shown once; the one before works on for a while. */
export async function rotate(id: string, { grace, yes = false, json }: RotateOptions): Promise<void> {
  await withClients(async (parts) => {
    const client = await requireOwnClient(parts, id, 'change the secret there, and start the server again');
    if (!client.hasSecret) throw new Refusal(`${id} has no secret. Nothing was changed.`);
    const ends = whatEnds(client, grace);
    if (ends) await confirm(`${ends} Rotate now?`, { yes });
    const rotated = await rotateSecret(parts, id, grace);
    if ('problem' in rotated) throw new Refusal(`${id} was changed in this moment. Run the same command again.`);
    await note('rotate-secret', id);
    const { secret, retiringUntil } = rotated;
    if (json) {
      return printJson({ client_id: id, client_secret: secret, retiring_secret_until: retiringUntil ?? null });
    }
    const before = retiringUntil ? `works until ${retiringUntil.toISOString()}` : 'has ended';
    process.stdout.write(`Made another secret for ${id}. Every server takes it; the one before ${before}.\n`);
    printSecret(id, secret);
  });
}

/** What stops working at once: an application that has nothing else is out. */
function whatEnds({ clientId, retiringUntil }: RegisteredClient, grace: number): string | undefined {
  if (grace === 0) return `Every secret that ${clientId} has now ends at once.`;
  return (
    retiringUntil && `The secret before last of ${clientId}, which works until ${retiringUntil.toISOString()}, ends.`
  );
}
