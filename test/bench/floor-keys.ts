import { generateKeyPair } from 'jose';

/** What the floor signs with. */
export async function floorKeys() {
  return { ES256: await generateKeyPair('ES256'), RS256: await generateKeyPair('RS256') };
}
