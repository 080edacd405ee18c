import { randomBytes } from 'node:crypto';
import { useFakeTimers } from 'sinon';
import { declaration } from '../../support/declaration.ts';
import { type RotationReport, rotationLoad, SIGNING } from '../../support/rotation-load.ts';
import { startServer, type TestServer } from '../../support/server.ts';

const ROTATIONS = 20;
/** Tokens that each node issues at once, at each of 1,200 steps: a minute's work. */
const EACH = 4;

export type Rotated = RotationReport & { readonly seconds: number };

/** Load on three nodes through twenty rotations and an emergency, by moved clock (R10): what came of every token. */
export async function rotation(): Promise<Rotated> {
  const clock = useFakeTimers({ toFake: ['Date'], now: Date.now() });
  const nodes: TestServer[] = [];
  const begun = performance.now();
  try {
    const env = { MASTER_KEY: randomBytes(32).toString('base64') };
    const yaml = `${SIGNING}\n${declaration}`;
    const first = await startServer({ env, yaml });
    nodes.push(first);
    const shared = { env: { ...env, ISSUER: first.issuer }, yaml, databaseUrl: first.config.databaseUrl ?? '' };
    for (let more = 0; more < 2; more += 1) nodes.push(await startServer(shared));
    const report = await rotationLoad(nodes, clock, ROTATIONS, EACH);
    return { ...report, seconds: Math.round((performance.now() - begun) / 1000) };
  } finally {
    clock.restore();
    for (const node of nodes.toReversed()) await node.close();
  }
}

/** The same for people. */
export function rotationWords({ rotations, issued, verified, failed, passedOfRevoked, seconds }: Rotated): string {
  return `keys rotated ${rotations} times under load on three nodes, and one revoked, in ${seconds} s: ${issued} tokens issued,
  ${verified} verified, ${failed} failed; ${passedOfRevoked} of the revoked key passed\n`;
}
