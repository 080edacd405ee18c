import { text } from 'node:stream/consumers';
import { postgresArtifacts } from '../../../adapters/postgres/index.ts';
import { UnitOfWork } from '../../artifacts/index.ts';
import { systemClock as clock } from '../../kernel/clock.ts';
import { loadKeyRing } from '../../keys/index.ts';
import { endToken, structuredTokens } from '../../oidc/index.ts';
import { isRevokedNow } from '../../revocations/index.ts';
import { confirm } from '../confirm.ts';
import { load, Refusal } from '../run.ts';
import { withSchema } from '../with-schema.ts';

/** `tokens revoke`: ends one token, and what was issued with it. A running server refuses it within a second. */
export async function revoke(given: string, options: { yes?: boolean }): Promise<void> {
  const token = given === '-' ? (await text(process.stdin)).trim() : given;
  const config = load({ makeKey: false });
  await confirm('End this token, and every other that was issued with it?', options);
  const ended = await withSchema(config, async (db) => {
    const keyRing = await loadKeyRing(db, config.masterKeys);
    const work = new UnitOfWork(postgresArtifacts(db, clock), clock);
    const isRevoked = (claims: Parameters<typeof isRevokedNow>[1]) => isRevokedNow(db, claims, clock.now());
    const structured = structuredTokens({ issuer: config.issuer, clock, work, keyRing: () => keyRing, isRevoked });
    return endToken(work, structured, token);
  });
  if (!ended) throw new Refusal('This is no live token of this server: it has ended, has expired, or is another’s.');
  process.stdout.write(`Ended the token, and what was issued with it.
Introspection refuses it from now on. An API that checks tokens by itself has to follow the list: see docs/gateway.md.
`);
}
