import { Agent, request } from 'node:http';

/** What one run of load came to. */
export interface Measured {
  readonly requests: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

export interface Shot {
  readonly url: string;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Sends `shot` from `width` connections for so many seconds. Every answer must be a 200: a fast error is no result. */
export async function load(shot: Shot, { width, seconds }: { width: number; seconds: number }): Promise<Measured> {
  const agent = new Agent({ keepAlive: true, maxSockets: width });
  const started = performance.now();
  const until = started + seconds * 1000;
  const times: number[] = [];
  const one = async () => {
    while (performance.now() < until) {
      const begun = performance.now();
      await send(shot, agent);
      times.push(performance.now() - begun);
    }
  };
  await Promise.all(Array.from({ length: width }, one));
  agent.destroy();
  return summary(times, (performance.now() - started) / 1000);
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

function summary(times: number[], seconds: number): Measured {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor(sorted.length * share)] ?? 0) * 100) / 100;
  return {
    requests: times.length,
    seconds,
    perSecond: Math.round(times.length / seconds),
    p50: at(0.5),
    p99: at(0.99),
  };
}
