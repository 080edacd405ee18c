import { listClients, type RegisteredClient } from '../../clients/index.ts';
import { printJson } from '../print-json.ts';
import { table } from '../table.ts';
import { asJson } from './as-json.ts';
import { withClients } from './with-clients.ts';

/** `clients list`: every client, by id. */
export async function list({ json }: { json?: boolean }): Promise<void> {
  const clients = await withClients(listClients);
  if (json) return printJson({ items: clients.map(asJson) });
  if (clients.length === 0) return void process.stdout.write(NONE);
  process.stdout.write(table(['CLIENT', 'NAME', 'AUTHENTICATES', 'STATUS', 'MADE BY', 'CHANGED'], clients.map(row)));
}

const NONE = 'There are no clients yet. Declare them in gatehouse.yaml, or make one: gatehouse clients create --help\n';

function row({ clientId, metadata, status, managedBy, updatedAt }: RegisteredClient): string[] {
  const { client_name: name = '–', token_endpoint_auth_method: method } = metadata;
  return [clientId, String(name), String(method), status, managedBy, updatedAt.toISOString().slice(0, 10)];
}
