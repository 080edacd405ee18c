import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose';
import type { SinonFakeTimers } from 'sinon';
import { listKeys, revokeKey, turnKeys } from '../../src/keys/index.ts';
import { SECRET } from './declaration.ts';
import type { TestServer } from './server.ts';
import { until } from './until.ts';

/** Short lives: an hour of signing, published seven minutes ahead, and after that as long as a token lives. */
export const SIGNING = 'signing_keys: { rotate_every: 3600, publish_ahead: 420, retire_after: 1020 }';

/** Seconds of the clock between two steps, and the steps of one key's life. */
const STEP = 60;
const STEPS = 60;
const TOKEN_LIFE = 900;
const API = 'https://api.example.com';

export interface RotationReport {
  rotations: number;
  issued: number;
  verified: number;
  /** Valid tokens that were refused. */
  failed: number;
  /** Tokens of the revoked key that passed once the gateway had asked for the keys again. */
  passedOfRevoked: number;
}

interface Issued {
  readonly token: string;
  readonly kid: string;
  readonly exp: number;
}

/**
 * Load on three nodes of one issuer and a gateway that keeps the JWKS as `jose` does by default, through `rotations` of the
 * signing keys and one emergency revocation, by moved clock (R10). At each step every node issues `each` tokens at once, and the gateway
 * checks all that are live of the last ones; whichever node's turn it is runs the job that turns the keys.
 */
export async function rotationLoad(
  nodes: readonly TestServer[],
  clock: SinonFakeTimers,
  rotations: number,
  each = 1,
): Promise<RotationReport> {
  const [first] = nodes;
  if (!first) throw new TypeError('a load needs nodes');
  const report: RotationReport = { rotations: 0, issued: 0, verified: 0, failed: 0, passedOfRevoked: 0 };
  const jwks = createRemoteJWKSet(new URL(`http://127.0.0.1:${first.config.port}/.well-known/jwks.json`));
  const check = async (token: string) =>
    (await jwtVerify(token, jwks, { issuer: first.issuer, audience: API, typ: 'at+jwt', currentDate: new Date() }))
      .payload;
  let live: Issued[] = [];
  const seen = new Set<string>();
  for (let step = 0; step < rotations * STEPS; step += 1) {
    clock.tick(STEP * 1000);
    await turnOn(nodes, step);
    live = [...live.filter(({ exp }) => exp > now()), ...(await issueOn(nodes, each))].slice(-4 * each * nodes.length);
    for (const { kid } of live) seen.add(kid);
    report.issued += each * nodes.length;
    report.failed += await refusals(live, check);
    report.verified += live.length;
  }
  report.rotations = seen.size - 1;
  report.passedOfRevoked = await revokeInLoad(nodes, clock, live, check);
  return report;
}

const now = () => Math.floor(Date.now() / 1000);

/** The job, on one node or another; the others hear of it. */
async function turnOn(nodes: readonly TestServer[], step: number): Promise<void> {
  const node = nodes[step % nodes.length] as TestServer;
  await turnKeys(partsOf(node));
  await inStep(nodes);
}

const partsOf = ({ db, config }: TestServer) => ({
  db,
  clock: { now: () => new Date() },
  masterKeys: config.masterKeys,
  policy: config.signingKeys,
});

/** Every node publishes and signs by the keys as they are stored. */
async function inStep(nodes: readonly TestServer[]): Promise<void> {
  const stored = (await listKeys((nodes[0] as TestServer).db)).filter(({ state }) => state !== 'retired');
  const wanted = stored.map(({ kid, state }) => `${kid} ${state}`).join();
  const has = ({ gatehouse }: TestServer) =>
    gatehouse.keys
      .current()
      .published.map(({ kid, state }) => `${kid} ${state}`)
      .join() === wanted;
  await until('every node has heard of the keys', () => nodes.every(has));
}

function issueOn(nodes: readonly TestServer[], each = 1): Promise<Issued[]> {
  const asked = nodes.flatMap((node) => Array.from({ length: each }, () => node));
  return Promise.all(
    asked.map(async ({ config }) => {
      const answer = await fetch(`http://127.0.0.1:${config.port}/oauth2/token`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`service:${SECRET}`).toString('base64')}` },
        body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders:read', resource: API }),
      });
      const { access_token: token } = (await answer.json()) as { access_token: string };
      const { kid } = JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string };
      return { token, kid, exp: now() + TOKEN_LIFE };
    }),
  );
}

async function refusals(tokens: readonly Issued[], check: (token: string) => Promise<JWTPayload>): Promise<number> {
  const results = await Promise.allSettled(tokens.map(({ token }) => check(token)));
  return results.filter(({ status }) => status === 'rejected').length;
}

/** @returns how many of the revoked key's tokens passed after its removal and the gateway's cooldown */
async function revokeInLoad(
  nodes: readonly TestServer[],
  clock: SinonFakeTimers,
  live: readonly Issued[],
  check: (token: string) => Promise<JWTPayload>,
): Promise<number> {
  const active = (await listKeys((nodes[0] as TestServer).db)).find(
    ({ alg, state }) => alg === 'ES256' && state === 'active',
  );
  const victims = live.filter(({ kid }) => kid === active?.kid);
  if (!active || victims.length === 0) throw new Error('the key that signs has signed nothing');
  await revokeKey(partsOf(nodes[1] ?? (nodes[0] as TestServer)), active.kid);
  await inStep(nodes);
  clock.tick(31_000);
  const fresh = await issueOn(nodes);
  if ((await refusals(fresh, check)) > 0) throw new Error('the key that took its place is not known');
  return victims.length - (await refusals(victims, check));
}
