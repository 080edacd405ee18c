import { type ClientRequest, request as http, type IncomingMessage } from 'node:http';
import { request as https } from 'node:https';
import { Webhook } from 'standardwebhooks';
import type { WebhookSink } from '../../src/config/index.ts';
import type { EachSink } from '../../src/events/index.ts';
import { guardedLookup, isPrivate } from './public-addresses.ts';

/**
 * Posts each event to an address, signed as Standard Webhooks has it: its id, when it is sent, and one signature for each
 * secret, so that a receiver may change its own at any time. Any answer of 2xx takes it. A redirect does not, and is
 * not followed; and no private address is called, whatever its name said before (checklist 22).
 */
export function webhookSink(declared: WebhookSink): EachSink {
  const { name, types, give_up_after: giveUpAfter, on_dead_letter: onDeadLetter } = declared;
  const signers = declared.secrets.map((secret) => new Webhook(secret));
  return {
    name,
    types,
    takes: 'each',
    giveUpAfter,
    onDeadLetter,
    async deliver(event) {
      const body = JSON.stringify(event);
      const now = new Date();
      const headers = {
        'content-type': 'application/cloudevents+json',
        'content-length': String(Buffer.byteLength(body)),
        'user-agent': 'Gatehouse',
        'webhook-id': event.id,
        'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
        'webhook-signature': signers.map((signer) => signer.sign(event.id, now, body)).join(' '),
        ...(event.correlationid === undefined ? {} : { 'x-correlation-id': event.correlationid }),
      };
      const status = await post(declared, headers, body);
      if (status < 200 || status > 299) throw new Error(`answered ${status}`);
    },
    close: async () => undefined,
  };
}

/** @returns the status; nothing else of the answer is read. */
async function post(
  { url, timeout, private_addresses: anywhere }: WebhookSink,
  headers: Record<string, string>,
  body: string,
): Promise<number> {
  const target = new URL(url);
  // An address in numbers is looked up by nobody.
  if (!anywhere && isPrivate(target.hostname)) throw new Error('is a private address');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const signal = AbortSignal.timeout(timeout * 1000);
  const options = { method: 'POST', headers, signal, agent: false as const };
  const guarded = anywhere ? options : { ...options, lookup: guardedLookup };
  const answered = (answer: IncomingMessage) => {
    resolve(answer.statusCode ?? 0);
    // However long it is, it says nothing more: what would come is not waited for.
    answer.destroy();
  };
  const sending: ClientRequest = (target.protocol === 'https:' ? https : http)(target, guarded, answered);
  sending.on('error', (error) => reject(signal.aborted ? new Error(`did not answer within ${timeout} s`) : error));
  sending.end(body);
  return promise;
}
