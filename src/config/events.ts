import { z } from 'zod';
import type { Report } from './document.ts';
import { check } from './problems.ts';

const DAY = 24 * 3600;

/** How the log of events is kept. */
export interface EventSettings {
  /** Seconds that an event is kept; its month goes as one, when the last of it is so old. */
  readonly retention: number;
  /** Whether it is kept where somebody came from. */
  readonly networkAddresses: boolean;
}

const schema = z.strictObject({
  retention: z
    .int()
    .min(7 * DAY)
    .max(10 * 365 * DAY)
    .default(400 * DAY),
  network_addresses: z.boolean().default(true),
});

/** The section `events`; what is left out has its default. */
export function readEvents(section: unknown, report: Report): EventSettings {
  const result = check(schema, section ?? {});
  if ('problems' in result) for (const { path, problem } of result.problems) report(['events', ...path], problem);
  const { retention, network_addresses } = 'data' in result ? result.data : schema.parse({});
  return { retention, networkAddresses: network_addresses };
}
