import { hash, randomBytes } from 'node:crypto';
import type { HsmSettings } from '../../src/config/index.ts';
import { type ExternalKeys, LostKey, nameKey, type Sign, type StoredKey, verifies } from '../../src/keys/index.ts';
import { ALGORITHMS, type Algorithm } from './algorithms.ts';
import * as CK from './constants.ts';
import { ulong } from './cryptoki.ts';
import { attribute } from './session.ts';
import { type Patience, Token } from './token.ts';

/** Signing keys in a token, which they never leave. */
export interface Pkcs11Keys extends ExternalKeys {
  close(): Promise<void>;
}

const YES = Buffer.of(1);
const NO = Buffer.of(0);
/** What a key signs to show that it is the published one; no token looks like it. */
const PROOF = Buffer.from('gatehouse');

/** @throws OperatorError naming the module, the label or the PIN, whichever it is */
export async function openPkcs11Keys(settings: HsmSettings, patience: Partial<Patience> = {}): Promise<Pkcs11Keys> {
  const token = await Token.open(settings, patience);
  const opened = new Map<string, Sign>();
  return {
    makesNew: settings.makesKeys,
    destroysRetired: settings.destroysRetired,
    async make(alg) {
      const id = randomBytes(16);
      const named = await nameKey(await generate(token, alg, id), alg);
      return { ...named, sealed: undefined, uri: uriOf(id) };
    },
    async open(key) {
      const sign = opened.get(key.kid) ?? (await prove(key, signer(token, key)));
      opened.set(key.kid, sign);
      return sign;
    },
    destroy: (uri) => token.run((session) => session.destroy(idIn(uri))),
    close: () => token.close(),
  };
}

function generate(token: Token, alg: string, id: Buffer) {
  const algorithm = algorithmOf(alg);
  const own = [
    attribute(CK.CKA_TOKEN, YES),
    attribute(CK.CKA_ID, id),
    attribute(CK.CKA_LABEL, Buffer.from(`gatehouse ${alg}`)),
  ];
  const publicPart = [...own, ...algorithm.attributes, attribute(CK.CKA_VERIFY, YES)];
  const secret = [attribute(CK.CKA_PRIVATE, YES), attribute(CK.CKA_SENSITIVE, YES), attribute(CK.CKA_EXTRACTABLE, NO)];
  const privatePart = [...own, ...secret, attribute(CK.CKA_SIGN, YES)];
  return token.run(async (session) => {
    const made = await session.generate(algorithm.generation, publicPart, privatePart);
    return algorithm.publicJwk((type) => session.read(made, type));
  }, 'long');
}

function signer(token: Token, { alg, uri }: StoredKey): Sign {
  const { digest, signature } = algorithmOf(alg);
  const template = [attribute(CK.CKA_CLASS, ulong(CK.CKO_PRIVATE_KEY)), attribute(CK.CKA_ID, idIn(uri ?? ''))];
  return (data) => {
    const input = digest ? hash(digest, data, 'buffer') : Buffer.from(data);
    return token.run(async (session) => {
      const key = await session.find(...template);
      if (key === undefined) throw new LostKey(`is not in the token any more (${uri})`);
      return session.sign(signature, key, input);
    });
  };
}

/** A token that was restored from somewhere may hold another key under the same id. */
async function prove({ alg, publicJwk, uri }: StoredKey, sign: Sign): Promise<Sign> {
  if (verifies(alg, publicJwk, PROOF, await sign(PROOF))) return sign;
  throw new LostKey(`is another than the published one (${uri})`);
}

function algorithmOf(alg: string): Algorithm {
  const algorithm = ALGORITHMS[alg];
  if (!algorithm) throw new Error(`${alg} is not made by tokens here`);
  return algorithm;
}

/** RFC 7512: the object by its CKA_ID; which token it is in, settings say. */
const uriOf = (id: Buffer): string => `pkcs11:id=${id.toString('hex').replace(/../g, '%$&')}`;

function idIn(uri: string): Buffer {
  const [, id] = /^pkcs11:id=((?:%[0-9a-f]{2})+)$/.exec(uri) ?? [];
  if (!id) throw new LostKey(`is not kept in a token, but at ${uri}`);
  return Buffer.from(id.replaceAll('%', ''), 'hex');
}
