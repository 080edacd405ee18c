import type { Knex } from 'knex';
import * as foundation from './0001_foundation.ts';
import * as mail from './0002_mail.ts';
import * as limits from './0003_limits.ts';
import * as accountPage from './0004_account_page.ts';
import * as printedLinks from './0005_printed_links.ts';
import * as knownDevices from './0006_known_devices.ts';
import * as registrations from './0007_registrations.ts';
import * as keyRevocation from './0008_key_revocation.ts';
import * as externalKeys from './0009_external_keys.ts';
import * as clientsByCommand from './0010_clients_by_command.ts';
import * as revocations from './0011_revocations.ts';
import * as candidates from './0012_candidates.ts';
import * as invitations from './0013_invitations.ts';
import * as events from './0014_events.ts';
import * as usedCodes from './0015_used_codes.ts';
import * as longestToken from './0016_longest_token.ts';

/** One step of the schema. Its name keeps the file's ending: Knex records it so. */
export interface Migration {
  readonly name: string;
  up(knex: Knex): Promise<void>;
  down(knex: Knex): Promise<void>;
}

/** Every step, oldest first. Append only: a step that was released is never edited. */
export const migrations: readonly Migration[] = [
  foundation,
  mail,
  limits,
  accountPage,
  printedLinks,
  knownDevices,
  registrations,
  keyRevocation,
  externalKeys,
  clientsByCommand,
  revocations,
  candidates,
  invitations,
  events,
  usedCodes,
  longestToken,
];
