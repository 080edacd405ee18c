import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { documents } from '../../src/events/catalogue/documents.ts';
import { drawn, PAGE } from './draw.ts';

/** Part of `npm run check`: what is made from the code is as it would be made now, and what it no longer makes is gone. */
const root = fileURLToPath(new URL('../../', import.meta.url));
const textOf = (path: string) => readFile(path, 'utf8').catch(() => undefined);

const page = (await textOf(PAGE)) ?? '';
const stale = page === drawn(page) ? [] : ['docs/assessments.md (npm run draw)'];
const made = documents();
for (const [path, text] of made) if ((await textOf(root + path)) !== text) stale.push(`${path} (npm run catalogue)`);
for (const name of await readdir(`${root}docs/events`))
  if (!made.has(`docs/events/${name}`)) stale.push(`docs/events/${name} (npm run catalogue)`);

if (stale.length > 0) {
  process.stderr.write(`Not as the code has it:\n${stale.map((line) => `  ${line}\n`).join('')}`);
  process.exitCode = 1;
}
