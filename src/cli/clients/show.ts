import type { RegisteredClient } from '../../clients/index.ts';
import { printJson } from '../print-json.ts';
import { asJson } from './as-json.ts';
import { requireClient } from './find.ts';
import { withClients } from './with-clients.ts';

/** `clients show`: everything about one of them, but for its secrets. */
export async function show(id: string, { json }: { json?: boolean }): Promise<void> {
  const client = await withClients((parts) => requireClient(parts, id));
  if (json) return printJson(asJson(client));
  const { client_id: _, ...members } = client.metadata;
  const rows = [
    ['client_id', client.clientId],
    ...Object.entries(members).map(([name, value]) => [name, inWords(value)]),
    ['secret', secretOf(client)],
    ['status', client.status],
    ['managed_by', client.managedBy],
    ['created_at', client.createdAt.toISOString()],
    ['updated_at', client.updatedAt.toISOString()],
  ];
  const widest = Math.max(...rows.map(([label = '']) => label.length));
  for (const [label = '', value = ''] of rows) process.stdout.write(`${label.padEnd(widest)}  ${value}\n`);
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return value;
  return Array.isArray(value) && value.every((item) => typeof item === 'string')
    ? value.join(' ')
    : JSON.stringify(value);
}

function secretOf({ hasSecret, retiringUntil }: RegisteredClient): string {
  if (!hasSecret) return 'none';
  return retiringUntil ? `set; the one before works until ${retiringUntil.toISOString()}` : 'set';
}
