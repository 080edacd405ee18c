import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from './ports.ts';
import { ensureCommand } from './system.ts';

const run = promisify(execFile);

export interface RedisNode {
  readonly url: string;
  readonly port: number;
  /** Keeps its connections, and answers nothing until it is thawed. */
  freeze(): void;
  thaw(): void;
  stop(): Promise<void>;
}

/** A Redis of its own, that keeps nothing on disk. */
export async function startRedis(): Promise<RedisNode> {
  return await startNode([]);
}

/** Three masters that share the slots, as small as a cluster can be. */
export async function startRedisCluster(): Promise<{ urls: string[]; stop(): Promise<void> }> {
  const nodes = await Promise.all([1, 2, 3].map(startClusterNode));
  const stop = async () => void (await Promise.all(nodes.map((node) => node.stop())));
  try {
    const addresses = nodes.map((node) => `127.0.0.1:${node.port}@${node.busPort}`);
    await run('redis-cli', ['--cluster', 'create', ...addresses, '--cluster-yes']);
    await Promise.all(nodes.map(untilClusterOk));
  } catch (error) {
    await stop();
    throw error;
  }
  return { urls: nodes.map((node) => node.url), stop };
}

/** The bus has a port of its own choosing: the usual "port + 10000" may not exist, or not be free. */
async function startClusterNode(): Promise<RedisNode & { busPort: number }> {
  const busPort = await freePort();
  const node = await startNode(['--cluster-enabled', 'yes', '--cluster-port', String(busPort)]);
  return { ...node, busPort };
}

async function startNode(options: string[]): Promise<RedisNode> {
  await ensureCommand('redis-server', 'redis-server');
  const dir = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
  const port = await freePort();
  const basics = ['--port', String(port), '--bind', '127.0.0.1', '--dir', dir, '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', [...basics, ...options], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = () => void server.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async () => {
    process.removeListener('exit', kill);
    await ended(server);
    await rm(dir, { recursive: true, force: true });
  };
  await untilReady(server).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  const signal = (name: NodeJS.Signals) => () => void server.kill(name);
  return { url: `redis://127.0.0.1:${port}`, port, freeze: signal('SIGSTOP'), thaw: signal('SIGCONT'), stop };
}

async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, 'exit');
  server.kill('SIGKILL');
  await exit;
}

async function untilReady(server: ChildProcess): Promise<void> {
  if (server.stdout === null) throw new Error('redis-server has no output to read');
  const seen: string[] = [];
  for await (const line of createInterface({ input: server.stdout })) {
    seen.push(line);
    if (line.includes('Ready to accept connections')) {
      server.stdout.resume();
      return;
    }
  }
  throw new Error(`redis-server did not start:\n${seen.join('\n')}`);
}

async function untilClusterOk(node: RedisNode): Promise<void> {
  for (const until = Date.now() + 15_000; Date.now() < until; await pause(50)) {
    const info = await run('redis-cli', ['-p', String(node.port), 'cluster', 'info']);
    if (info.stdout.includes('cluster_state:ok')) return;
  }
  throw new Error(`the Redis cluster of ${node.url} did not become ready`);
}
