import { type KeyLife, listKeys } from '../../keys/index.ts';
import { printJson } from '../print-json.ts';
import { table } from '../table.ts';
import { asJson } from './as-json.ts';
import { NO_HSM, withKeys } from './with-keys.ts';

/** `keys list`: every key there is and was, with its dates. */
export async function list({ json }: { json?: boolean }): Promise<void> {
  const { keys, policy } = await withKeys(async ({ db, policy }) => ({ keys: await listKeys(db), policy }), NO_HSM);
  if (json) return printJson({ items: keys.map(asJson) });
  if (keys.length === 0) return void process.stdout.write('There are no keys yet. The server makes them: npm start\n');
  const heads = ['ALG', 'STATE', 'PUBLISHED', 'SIGNS SINCE', 'REPLACED', 'KID'];
  process.stdout.write(table(heads, keys.map(row)));
  const next = keys.flatMap(({ state, activatedAt }) => (state === 'active' && activatedAt ? [activatedAt] : []));
  const due = new Date(Math.min(...next.map((at) => at.getTime())) + policy.rotateEvery * 1000);
  process.stdout.write(`\nThe next rotation is due on ${minute(due)}. Before then: gatehouse keys rotate\n`);
}

function row({ kid, alg, state, createdAt, activatedAt, retiringAt, revokedAt }: KeyLife): string[] {
  const dates = [createdAt, activatedAt, retiringAt].map((at) => (at ? minute(at) : '–'));
  return [alg, revokedAt ? 'revoked' : state, ...dates, kid];
}

export const minute = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
