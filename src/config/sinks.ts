import { z } from 'zod';
import { isMapping } from './clients.ts';
import type { Report } from './document.ts';
import { type KafkaMembers, kafkaMembers, kafkaOf } from './kafka-sink.ts';
import { check } from './problems.ts';
import type { Settings } from './settings.ts';
import { InvalidValue } from './values.ts';

/** Where the relay delivers events to. */
export type SinkDeclaration = RedisSink | WebhookSink | KafkaSink | StdoutSink;

interface Common {
  readonly name: string;
  /** Types of the catalogue, or beginnings of some: the catalogue says which there are. */
  readonly types: readonly string[];
}

export interface RedisSink extends Common {
  readonly type: 'redis-stream';
  readonly urls: readonly string[];
  readonly stream: string;
  /** About how many entries the stream keeps. */
  readonly max_length: number;
}

export interface WebhookSink extends Common {
  readonly type: 'webhook';
  readonly url: string;
  /** The newest first: each signs. */
  readonly secrets: readonly string[];
  /** Seconds. */
  readonly timeout: number;
  readonly give_up_after: number;
  readonly on_dead_letter: 'skip' | 'block';
  readonly private_addresses: boolean;
}

export type KafkaSink = Common & KafkaMembers;

export interface StdoutSink extends Common {
  readonly type: 'stdout';
}

const DAY = 24 * 3600;

const common = {
  name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower case letters, digits, - and _, 63 at most'),
  types: z.array(z.string()).min(1).default(['*']),
};

/** Standard Webhooks: 24 to 64 bytes in base64, behind `whsec_`. */
const secret = z.string().refine((value) => {
  const bytes = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1];
  return bytes !== undefined && Buffer.from(bytes, 'base64').length >= 24 && Buffer.from(bytes, 'base64').length <= 64;
}, 'must be whsec_ and 24 to 64 bytes in base64: echo whsec_$(openssl rand -base64 32)');

const schema = z.discriminatedUnion('type', [
  z.strictObject({
    ...common,
    type: z.literal('redis-stream'),
    url: z
      .string()
      .regex(/^rediss?:\/\//, 'must be a URL such as redis://host:6379')
      .exactOptional(),
    stream: z.string().min(1).default('gatehouse:events'),
    max_length: z.int().min(1).max(100_000_000).default(1_000_000),
  }),
  z.strictObject({
    ...common,
    type: z.literal('webhook'),
    url: z.url({ protocol: /^https?$/ }),
    secret: z.union([secret, z.array(secret).min(1)]),
    timeout: z.int().min(1).max(60).default(10),
    give_up_after: z
      .int()
      .min(1)
      .max(7 * DAY)
      .default(DAY),
    on_dead_letter: z.enum(['skip', 'block']).default('skip'),
    private_addresses: z.boolean().default(false),
  }),
  z.strictObject({ ...common, ...kafkaMembers }),
  z.strictObject({ ...common, type: z.literal('stdout') }),
]);

interface Around {
  readonly production: boolean;
  readonly redisUrls: readonly string[];
}

/** The section `event_sinks`. */
export function readSinks(entries: readonly unknown[], around: Around, settings: Settings, report: Report) {
  const sinks: SinkDeclaration[] = [];
  for (const [index, entry] of entries.entries()) {
    const at: Report = (path, problem) => report(['event_sinks', index, ...path], problem);
    const sink = readSink(entry, around, settings, at);
    if (sink && sinks.some(({ name }) => name === sink.name)) at(['name'], 'is another sink’s name: each has its own');
    else if (sink) sinks.push(sink);
  }
  return sinks;
}

function readSink(entry: unknown, around: Around, settings: Settings, report: Report): SinkDeclaration | undefined {
  const result = check(schema, withSecret(entry, settings, report));
  if ('problems' in result) {
    for (const { path, problem } of result.problems) report(path, problem);
    return undefined;
  }
  const { data } = result;
  if (data.type === 'stdout') return data;
  if (data.type === 'webhook') return webhookOf(data, around, report);
  if (data.type === 'kafka') return kafkaOf(data, around.production, settings, report);
  const urls = data.url === undefined ? around.redisUrls : [data.url];
  if (urls.length === 0) report(['url'], 'is required where REDIS_URL is unset');
  const { url: _, ...sink } = data;
  return { ...sink, urls };
}

function webhookOf(
  { secret, ...sink }: Extract<z.output<typeof schema>, { type: 'webhook' }>,
  { production }: Around,
  report: Report,
): WebhookSink {
  const { protocol, username, password } = new URL(sink.url);
  if (production && protocol !== 'https:') report(['url'], 'must be https:// in production');
  if (username || password) report(['url'], 'must hold no user and password: the signature says who calls');
  return { ...sink, secrets: [secret].flat() };
}

/** `secret_env` becomes `secret`: several, comma separated, the newest first. */
function withSecret(entry: unknown, settings: Settings, report: Report): unknown {
  if (!isMapping(entry) || !('secret_env' in entry)) return entry;
  const { secret_env: name, ...members } = entry;
  try {
    if ('secret' in members) throw new InvalidValue('must not stand beside secret: remove one of the two');
    const value = typeof name === 'string' ? settings.text(name) : undefined;
    if (!value) throw new InvalidValue('must be the name of a setting that is set');
    return { ...members, secret: value.split(',').map((each) => each.trim()) };
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    report(['secret_env'], error.message);
    return { ...members, secret: `whsec_${Buffer.alloc(32).toString('base64')}` };
  }
}
