import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import type { Report } from './document.ts';
import { errorCode, type Settings } from './settings.ts';
import { isLoopback } from './uris.ts';
import { InvalidValue } from './values.ts';

/** Where a Kafka is, and how it is spoken to. */
export interface KafkaMembers {
  readonly type: 'kafka';
  /** Those that are asked for all the others. */
  readonly brokers: readonly Broker[];
  readonly topic: string;
  /** Undefined: as plain text. `ca` is PEM; undefined: those that Node trusts. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  readonly sasl: Sasl | undefined;
  readonly on_dead_letter: 'skip' | 'block';
}

interface Broker {
  /** IPv6 without brackets. */
  readonly host: string;
  readonly port: number;
}

interface Sasl {
  readonly mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512';
  readonly username: string;
  readonly password: string;
}

const broker = z
  .string()
  .refine((text) => brokerOf(text) !== undefined, 'must be host:port, such as kafka.example:9093, without a scheme');

/** The members of a sink of type `kafka`, beside those that every sink has. */
export const kafkaMembers = {
  type: z.literal('kafka'),
  brokers: z.array(broker).min(1),
  topic: z
    .string()
    .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,249}$/, 'must be letters, digits, full stop, _ and -, 249 at most')
    .default('gatehouse.events'),
  tls: z.boolean().default(true),
  ca_file: z.string().min(1).exactOptional(),
  sasl: z
    .strictObject({
      mechanism: z.enum(['plain', 'scram-sha-256', 'scram-sha-512']),
      username: z.string().min(1),
      password: z.string().min(1).exactOptional(),
      password_env: z.string().min(1).exactOptional(),
    })
    .exactOptional(),
  on_dead_letter: z.enum(['skip', 'block']).default('skip'),
};

type Section = z.output<z.ZodObject<typeof kafkaMembers>>;

/** What was declared, with what it refers to. */
export function kafkaOf<T extends Section>(
  { brokers, tls, ca_file: file, sasl, ...rest }: T,
  production: boolean,
  settings: Settings,
  report: Report,
) {
  const found = brokers.flatMap((text) => brokerOf(text) ?? []);
  if (production && !tls && !found.every(({ host }) => isLoopback(host)))
    report(['tls'], 'must be true in production: without it, whoever is on the way reads every event');
  if (!tls && file !== undefined) report(['ca_file'], 'says nothing without TLS: remove it, or tls: false');
  const ca = tls && file !== undefined ? readCa(file, settings, report) : undefined;
  return {
    ...rest,
    ...{ brokers: found, tls: tls ? { ca } : undefined },
    sasl: sasl && saslOf(sasl, settings, report),
  };
}

const HOST_AND_PORT = /^(?:\[(?<bracketed>[0-9A-Fa-f:.]+)\]|(?<name>[A-Za-z0-9._-]+)):(?<port>\d{1,5})$/;

function brokerOf(text: string): Broker | undefined {
  const { bracketed, name, port } = HOST_AND_PORT.exec(text)?.groups ?? {};
  const [host, number] = [bracketed ?? name, Number(port)];
  return host !== undefined && number >= 1 && number <= 65_535 ? { host, port: number } : undefined;
}

/** PEM, or one certificate after another of it. */
function readCa(file: string, { cwd }: Settings, report: Report): string | undefined {
  try {
    const pem = readFileSync(resolve(cwd, file), 'utf8');
    new X509Certificate(pem);
    return pem;
  } catch (error) {
    report(['ca_file'], `must be a readable file of certificates in PEM (${errorCode(error)})`);
    return undefined;
  }
}

function saslOf(
  { mechanism, username, ...named }: NonNullable<Section['sasl']>,
  settings: Settings,
  report: Report,
): Sasl {
  const at: Report = (path, problem) => report(['sasl', ...path], problem);
  return {
    mechanism: mechanism.toUpperCase() as Sasl['mechanism'],
    username,
    password: passwordOf(named, settings, at),
  };
}

/** As it stands there, or that of the setting it names. */
function passwordOf(
  { password, password_env: name }: { readonly password?: string; readonly password_env?: string },
  settings: Settings,
  report: Report,
): string {
  if (name === undefined) {
    if (password === undefined) report([], 'needs password_env, the name of a setting, or password');
    return password ?? '';
  }
  try {
    if (password !== undefined) throw new InvalidValue('must not stand beside password: remove one of the two');
    const value = settings.text(name);
    if (value === undefined) throw new InvalidValue('must be the name of a setting that is set');
    return value;
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    report(['password_env'], error.message);
    return '';
  }
}
