import { compactVerify } from 'jose';
import type { MadeKey, Sign, StoredKey } from '../../src/keys/index.ts';

const life = { state: 'active', createdAt: new Date(), activatedAt: new Date() } as const;

/** A key that was just made, as the database has it. */
export const stored = (made: MadeKey): StoredKey => ({
  ...made,
  ...life,
  retiringAt: undefined,
  retiredAt: undefined,
  revokedAt: undefined,
});

/** A JWS as the engine makes it is one to everybody else. */
export async function signs(sign: Sign, { alg, publicJwk }: MadeKey): Promise<void> {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const data = `${part({ alg })}.${part({ sub: 'somebody' })}`;
  const signature = Buffer.from(await sign(Buffer.from(data))).toString('base64url');
  await compactVerify(`${data}.${signature}`, publicJwk, { algorithms: [alg] });
}
