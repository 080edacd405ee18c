import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HsmSettings } from '../../src/config/index.ts';
import { ensureCommand } from './system.ts';

const MODULE = '/usr/lib/softhsm/libsofthsm2.so';
export const PIN = '4711-pin';

/** A SoftHSM2 with tokens of its own, in a folder: for this process, and for those that are given `env`. */
export interface SoftHsm {
  readonly module: string;
  readonly tokens: string;
  readonly env: Readonly<Record<string, string>>;
  /** Makes a token, and says how it is reached. */
  addToken(label: string): Promise<HsmSettings>;
  close(): Promise<void>;
}

export async function startSoftHsm(): Promise<SoftHsm> {
  await ensureCommand('softhsm2-util', 'softhsm2');
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-hsm-'));
  const tokens = join(folder, 'tokens');
  const env = { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') };
  await mkdir(tokens);
  await writeFile(env.SOFTHSM2_CONF, `directories.tokendir = ${tokens}\nlog.level = ERROR\n`);
  // The module reads it when it is initialised.
  Object.assign(process.env, env);
  return {
    module: MODULE,
    tokens,
    env,
    async addToken(label) {
      const pins = ['--pin', PIN, '--so-pin', `so-${PIN}`];
      await promisify(execFile)('softhsm2-util', ['--init-token', '--free', '--label', label, ...pins]);
      const settings = { module: MODULE, tokenLabel: label, pin: PIN, pinSetting: 'GATEHOUSE_HSM_PIN', sessions: 2 };
      return { ...settings, makesKeys: true, destroysRetired: true };
    },
    async close() {
      delete process.env['SOFTHSM2_CONF'];
      await rm(folder, { recursive: true, force: true });
    },
  };
}
