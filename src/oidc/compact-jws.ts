import type { SigningKey } from '../keys/index.ts';

/** A JWS in compact serialization (RFC 7515 §7.1), signed by whatever keeps the key; `kid` and `alg` are the key's. */
export async function compactJws(typ: string, payload: object, { alg, kid, sign }: SigningKey): Promise<string> {
  const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');
  const input = `${encoded({ alg, typ, kid })}.${encoded(payload)}`;
  const signature = await sign(Buffer.from(input));
  return `${input}.${Buffer.from(signature).toString('base64url')}`;
}
