import { type ClientParts, createClient, findClient, newSecret } from '../../clients/index.ts';
import { type ClientDeclaration, type Config, readMadeClient } from '../../config/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { loadKeyRing } from '../../keys/index.ts';
import { createLogger } from '../../telemetry/index.ts';
import { printJson } from '../print-json.ts';
import { Refusal } from '../run.ts';
import { asJson } from './as-json.ts';
import { type MemberOptions, membersOf } from './members.ts';
import { printSecret } from './print-secret.ts';
import { note, withClients } from './with-clients.ts';

export interface CreateOptions extends MemberOptions {
  readonly json?: boolean;
}

/** `clients create`: a client by the rules of gatehouse.yaml, and its secret, shown once. */
export async function create({ json, ...options }: CreateOptions): Promise<void> {
  const members = membersOf(options);
  await withClients(async (parts, config) => {
    const client = readMadeClient(members, newSecret(), config);
    await askEngine(config, parts, client);
    const { client_id: id, client_secret: secret } = client;
    if (!(await createClient(parts, client))) {
      throw new Refusal(`There is a client ${id} already: gatehouse clients show ${id}\nNothing was changed.`);
    }
    await note('create', id);
    if (json)
      return printJson({ ...(await made(parts, id)), ...(secret === undefined ? {} : { client_secret: secret }) });
    process.stdout.write(
      `Created ${id}${secret === undefined ? `, which has no secret` : ''}. Every server knows it.\n`,
    );
    if (secret !== undefined) printSecret(id, secret);
  });
}

/** What it would refuse at the client's first request is told now. */
async function askEngine(config: Config, { db }: ClientParts, client: ClientDeclaration): Promise<void> {
  const keyRing = await loadKeyRing(db, config.masterKeys);
  if (keyRing.keys.length === 0) throw operatorError('signing keys', 'are not there yet: start the server once');
  // Only here: the other commands need not load the engine.
  const { checkClientsAlone } = await import('../../oidc/index.ts');
  const logger = await createLogger(config.logLevel, process.stderr);
  checkClientsAlone({ config, db, keyRing, logger }, [client]);
}

async function made(parts: ClientParts, id: string) {
  const client = await findClient(parts, id);
  return client && asJson(client);
}
