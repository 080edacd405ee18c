import type { UnitOfWork } from '../artifacts/index.ts';
import { sha256 } from '../kernel/ids.ts';
import { endGrant, type StructuredTokens } from './structured-tokens.ts';

/**
 * Ends a token of any kind by what an operator was shown: with the grant it was issued under, so with every other token of
 * that; a machine's alone. In one commit, of which every node hears.
 * @returns false for what is no token of ours, or has ended already
 */
export async function endToken(work: UnitOfWork, structured: StructuredTokens, token: string): Promise<boolean> {
  return work.run(async () => {
    for (const model of ['AccessToken', 'ClientCredentials'] as const) {
      if (!(await structured.find(model, token))) continue;
      await structured.end(token);
      return true;
    }
    for (const model of ['RefreshToken', 'AccessToken'] as const) {
      const { grantId, payload } = (await work.find(model, 'id', sha256(token))) ?? {};
      if (!grantId) continue;
      await endGrant(work, grantId, {
        userId: textIn(payload?.['accountId']),
        clientId: textIn(payload?.['clientId']),
      });
      return true;
    }
    return false;
  });
}

const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
