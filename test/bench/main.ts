import { mkdir, writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { mochaGlobalSetup, mochaGlobalTeardown } from '../support/fixtures.ts';
import { appendWords, eventsAppend } from './scenarios/events-append.ts';
import { eventsFeed, feedWords } from './scenarios/events-feed.ts';
import { eventsRelay, relayWords } from './scenarios/events-relay.ts';
import { flood, floodWords } from './scenarios/flood.ts';
import { importing, importWords } from './scenarios/import.ts';
import { comparedWords, knownAndUnknown } from './scenarios/known-unknown.ts';
import { publishedDocuments, publishedWords } from './scenarios/published.ts';
import { refreshAtScale, scaleWords } from './scenarios/refresh-scale.ts';
import { rotation, rotationWords } from './scenarios/rotation.ts';
import { saves, savesWords } from './scenarios/saves.ts';
import { signIns, signInWords } from './scenarios/sign-ins.ts';
import { sweep, sweepWords } from './scenarios/sweep.ts';
import { TOKEN_SCENARIOS, tokenRequests, tokenRequestWords } from './scenarios/token-requests.ts';
import { tokens, tokenWords } from './scenarios/tokens.ts';

/**
 * `npm run bench`: how fast Gatehouse is, as a share of a floor program measured in the same run on the same machine.
 * Prints a table, and writes the numbers to test/.artifacts/bench.json. Names of scenarios run those alone.
 */
const OUT = fileURLToPath(new URL('../.artifacts/', import.meta.url));

const scenarios: Readonly<Record<string, () => Promise<readonly [numbers: unknown, words: string]>>> = {
  requests: async () => told(await tokens(), tokenWords),
  published: async () => told(await publishedDocuments(), publishedWords),
  tokens: async () => told(await tokenRequests(chosenOf(TOKEN_SCENARIOS)), tokenRequestWords),
  refresh_scale: async () => told(await refreshAtScale(), scaleWords),
  sign_ins: async () => told(await signIns(), signInWords),
  flood: async () => told(await flood(), floodWords),
  known_unknown: async () => told(await knownAndUnknown(), comparedWords),
  saves: async () => told(await saves(), savesWords),
  import: async () => told(await importing(), importWords),
  sweep: async () => told(await sweep(), sweepWords),
  events_append: async () => told(await eventsAppend(), appendWords),
  events_relay: async () => told(await eventsRelay(), relayWords),
  events_feed: async () => told(await eventsFeed(), feedWords),
  rotation: async () => told(await rotation(), rotationWords),
};

const told = <Numbers>(numbers: Numbers, words: (numbers: Numbers) => string) => [numbers, words(numbers)] as const;

const chosen = process.argv.slice(2);

/** Those of a group that were named, or all of it. */
function chosenOf(group: readonly string[]): readonly string[] {
  const named = group.filter((name) => chosen.includes(name));
  return named.length > 0 ? named : group;
}

/** A scenario runs when it is named, or one of its group is, or nothing is. */
const isChosen = (name: string) =>
  chosen.length === 0 ||
  chosen.includes(name) ||
  (name === 'tokens' && TOKEN_SCENARIOS.some((each) => chosen.includes(each)));

await mochaGlobalSetup();
try {
  const [load = 0] = loadavg();
  // What else the machine does is part of every number below.
  process.stdout.write(`load average before: ${load.toFixed(2)}\n`);
  const report: Record<string, unknown> = { load_average_before: load };
  for (const [name, scenario] of Object.entries(scenarios)) {
    if (!isChosen(name)) continue;
    const [numbers, words] = await scenario();
    process.stdout.write(words);
    report[name] = numbers;
  }
  await mkdir(OUT, { recursive: true });
  await writeFile(`${OUT}bench.json`, `${JSON.stringify(report, null, 2)}\n`);
} finally {
  await mochaGlobalTeardown();
}
