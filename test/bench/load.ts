import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** What one run of load came to. */
export interface Measured {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

export interface Shot {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Width {
  /** How many at a time. */
  readonly width: number;
  readonly seconds: number;
}

/** Sends `shot` from `width` connections for so many seconds. Every answer must be a 200: a fast error is no result. */
export async function load(shot: Shot, wide: Width): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: wide.width });
  return fullSpeed(() => send(shot, agent), wide).finally(() => agent.destroy());
}

/** Does `work` as often as it can be done. */
export async function fullSpeed(work: () => Promise<void>, { width, seconds }: Width): Promise<Measured> {
  const started = performance.now();
  const until = started + seconds * 1000;
  const times: number[] = [];
  const one = async () => {
    while (performance.now() < until) {
      const begun = performance.now();
      await work();
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  return summary(times, (performance.now() - started) / 1000);
}

/**
 * Sends `shot` at a steady pace, however long the answers take: a time is counted from when it should have been sent, so
 * that a slow answer does not hide those that wait behind it.
 */
export async function paced(shot: Shot, pace: Pace): Promise<Measured> {
  const agent = new Agent({ keepAlive: true });
  return pacedBy(() => send(shot, agent), pace).finally(() => agent.destroy());
}

export interface Pace {
  readonly perSecond: number;
  readonly seconds: number;
}

/** The same for whatever is done each time. */
export async function pacedBy(work: () => Promise<void>, pace: Pace): Promise<Measured> {
  const started = performance.now();
  const times = await timesOf(work, pace);
  return summary(times, (performance.now() - started) / 1000);
}

/** Milliseconds of each, from when it was due. */
export function timesOf(work: () => Promise<void>, { perSecond, seconds }: Pace): Promise<number[]> {
  const started = performance.now();
  return Promise.all(
    Array.from({ length: perSecond * seconds }, async (_, at) => {
      const due = started + (at * 1000) / perSecond;
      await pause(Math.max(0, due - performance.now()));
      await work();
      return performance.now() - due;
    }),
  );
}

function send({ url, method, headers, body }: Shot, agent: Agent): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sent = request(url, { agent, method, headers }, (answer) => {
    answer.resume().once('end', () => {
      if (answer.statusCode === 200) resolve();
      else reject(new Error(`${method} ${url} answered ${answer.statusCode}`));
    });
  });
  sent.once('error', reject).end(body);
  return promise;
}

/** @param seconds that it took; their sum, where one came after the other */
export function summary(
  times: readonly number[],
  seconds = times.reduce((sum, time) => sum + time, 0) / 1000,
): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100;
  return {
    requests: times.length,
    seconds,
    perSecond: Math.round(times.length / seconds),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
  };
}

export const median = (values: readonly number[] = []): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
