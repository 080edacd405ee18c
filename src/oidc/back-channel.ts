import type { Client, Provider } from 'oidc-provider';
import { TELL_ATTEMPTS, TELL_CLIENT, type TellClientJob, type UnitOfWork } from '../artifacts/index.ts';

interface EngineClient {
  backchannelLogout(sub: string, sid: string): Promise<void>;
}

/** How the engine itself tells a client, by the engine: it signs, gives up after 2.5 s, and calls no private address. */
const engines = new WeakMap<Provider, EngineClient['backchannelLogout']>();

/**
 * Has the engine queue what it would have sent while the person waits: the job is committed with the end of the session,
 * and tries again for as long as an application does not answer.
 */
export function tellBehind(provider: Provider, work: UnitOfWork): void {
  const prototype = provider.Client.prototype as unknown as EngineClient;
  engines.set(provider, prototype.backchannelLogout);
  prototype.backchannelLogout = async function (this: Client, sub: string, sid: string) {
    const payload: TellClientJob = { client_id: this.clientId, sub, sid };
    await work.write({ kind: 'job', task: TELL_CLIENT, payload, attempts: TELL_ATTEMPTS });
  } as EngineClient['backchannelLogout'];
}

/**
 * Sends one logout token (OIDC Back-Channel Logout 1.0 §2.5). Nothing is sent to a client that is gone, or wants none now.
 * @throws when the application does not answer 200 or 204 in time: it is to be tried again
 */
export async function tellClient(provider: Provider, { client_id, sub, sid }: TellClientJob): Promise<void> {
  const client = await provider.Client.find(client_id);
  if (!client?.backchannelLogoutUri) return;
  await engines
    .get(provider)
    ?.call(client as unknown as EngineClient, sub, sid)
    .catch(withReason);
}

/** `fetch` says that it failed; why, such as that the address is a private one, is in the cause alone. */
function withReason(error: Error & { readonly cause?: { readonly message?: string; readonly code?: string } }): never {
  const reason = error.cause?.message || error.cause?.code;
  throw reason ? new Error(`${error.message}: ${reason}`, { cause: error }) : error;
}
