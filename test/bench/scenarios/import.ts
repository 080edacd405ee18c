import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { createTestDatabase } from '../../support/postgres.ts';

const MAIN = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));
const USERS = 100_000;
/** What an Argon2id hash looks like; whose it is, nobody asks here. */
const HASH = `$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$${'A'.repeat(43)}`;
/** Milliseconds between two looks at the process's memory. */
const OFTEN = 50;

export interface Imported {
  readonly users: number;
  readonly perSecond: number;
  readonly seconds: number;
  /** Seconds of the same import, done again: everybody is there. */
  readonly again: number;
  /** MiB of memory, at most. */
  readonly peak: number;
  /** The same for three times as many users: alike, for what is done is let go of. */
  readonly peakOfThrice: number;
}

/** `gatehouse users import` of a file of 100,000, from the process's start to its end. */
export async function importing(): Promise<Imported> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-bench-'));
  const database = await createTestDatabase();
  const env = { ...process.env, DATABASE_URL: database.url, MASTER_KEY: Buffer.alloc(32, 7).toString('base64') };
  const imported = async (users: number) => {
    const file = join(folder, 'users.jsonl');
    await pipeline(Readable.from(lines(users)), createWriteStream(file));
    return run(file, { cwd: folder, env });
  };
  try {
    const { seconds, peak } = await imported(USERS);
    const again = await imported(USERS);
    const thrice = await imported(3 * USERS);
    const perSecond = Math.round(USERS / seconds);
    return { users: USERS, perSecond, seconds, again: again.seconds, peak, peakOfThrice: thrice.peak };
  } finally {
    await database.drop();
    await rm(folder, { recursive: true });
  }
}

/** The same for people. */
export function importWords({ users, perSecond, seconds, again, peak, peakOfThrice }: Imported): string {
  return `import of ${users} users: ${seconds} s, ${perSecond} a second; done again ${again} s
  memory at most ${peak} MiB, for three times as many users ${peakOfThrice} MiB\n`;
}

function* lines(users: number): Generator<string> {
  for (let index = 0; index < users; index += 1) {
    const user = {
      email: `user-${index}@example.com`,
      name: `User ${index}`,
      email_verified: true,
      password_hash: HASH,
    };
    yield `${JSON.stringify(user)}\n`;
  }
}

async function run(file: string, options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const begun = performance.now();
  const child = spawn(process.execPath, [MAIN, 'users', 'import', file], { ...options, stdio: 'ignore' });
  let peak = 0;
  const timer = setInterval(() => void peakMib(child.pid).then((mib) => (peak = mib ?? peak)), OFTEN);
  const [status] = await once(child, 'exit');
  clearInterval(timer);
  if (status !== 0) throw new Error(`the import ended with ${status}`);
  return { peak, seconds: Math.round((performance.now() - begun) / 100) / 10 };
}

/** The most that it had so far, where the system tells. */
async function peakMib(pid: number | undefined): Promise<number | undefined> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kib = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kib === undefined ? undefined : Math.round(Number(kib) / 1024);
}
