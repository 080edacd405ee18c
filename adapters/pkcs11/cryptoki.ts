import { promisify } from 'node:util';
import koffi, { type LibraryHandle } from 'koffi';
import pLimit from 'p-limit';
import { operatorError } from '../../src/kernel/faults.ts';
import { CKF_OS_LOCKING_OK, CKR_CRYPTOKI_ALREADY_INITIALIZED, nameOf } from './constants.ts';

/** CK_ULONG, and handles, which are such: a number where it is exact. */
export type Ulong = number | bigint;

/** CK_ATTRIBUTE. */
export interface Attribute {
  readonly type: number;
  readonly pValue: Buffer;
  readonly ulValueLen: Ulong;
}

/** CK_MECHANISM. */
export interface Mechanism {
  readonly mechanism: number;
  readonly pParameter: Buffer | null;
  readonly ulParameterLen: number;
}

/** A function of the module said no; `code` is its CK_RV. */
export class CryptokiError extends Error {
  readonly code: number;

  constructor(what: string, code: number) {
    super(`${what} says ${nameOf(code)}`);
    this.name = 'CryptokiError';
    this.code = code;
  }
}

koffi.struct('CK_ATTRIBUTE', { type: 'ulong', pValue: 'void *', ulValueLen: 'ulong' });
koffi.struct('CK_MECHANISM', { mechanism: 'ulong', pParameter: 'void *', ulParameterLen: 'ulong' });
const mutexes = { CreateMutex: 'void *', DestroyMutex: 'void *', LockMutex: 'void *', UnlockMutex: 'void *' };
koffi.struct('CK_C_INITIALIZE_ARGS', { ...mutexes, flags: 'ulong', pReserved: 'void *' });
const about = {
  label: 'uint8_t[32]',
  manufacturerID: 'uint8_t[32]',
  model: 'uint8_t[16]',
  serialNumber: 'uint8_t[16]',
};
const counts = { flags: 'ulong', sessionsPinsAndMemory: 'ulong[10]', versions: 'uint8_t[4]', utcTime: 'uint8_t[16]' };
koffi.struct('CK_TOKEN_INFO', { ...about, ...counts });

/** The functions that are used, as PKCS#11 2.40 has them. */
const PROTOTYPES = {
  initialize: 'C_Initialize(CK_C_INITIALIZE_ARGS *args)',
  finalize: 'C_Finalize(void *reserved)',
  slots: 'C_GetSlotList(uint8_t tokenPresent, _Out_ ulong *slots, _Inout_ ulong *count)',
  tokenInfo: 'C_GetTokenInfo(ulong slot, _Out_ CK_TOKEN_INFO *info)',
  openSession: 'C_OpenSession(ulong slot, ulong flags, void *application, void *notify, _Out_ ulong *session)',
  closeSession: 'C_CloseSession(ulong session)',
  login: 'C_Login(ulong session, ulong user, uint8_t *pin, ulong length)',
  findInit: 'C_FindObjectsInit(ulong session, CK_ATTRIBUTE *template, ulong count)',
  find: 'C_FindObjects(ulong session, _Out_ ulong *objects, ulong max, _Out_ ulong *count)',
  findFinal: 'C_FindObjectsFinal(ulong session)',
  generate:
    'C_GenerateKeyPair(ulong session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *public, ulong publicCount, CK_ATTRIBUTE *private, ulong privateCount, _Out_ ulong *publicKey, _Out_ ulong *privateKey)',
  getAttribute: 'C_GetAttributeValue(ulong session, ulong object, _Inout_ CK_ATTRIBUTE *template, ulong count)',
  destroy: 'C_DestroyObject(ulong session, ulong object)',
  signInit: 'C_SignInit(ulong session, CK_MECHANISM *mechanism, ulong key)',
  sign: 'C_Sign(ulong session, uint8_t *data, ulong length, uint8_t *signature, _Inout_ ulong *signatureLength)',
} as const;

/** A module's functions. Each works in a thread of libuv's pool, and rejects with a CryptokiError. */
export type Cryptoki = Readonly<Record<keyof typeof PROTOTYPES, (...args: unknown[]) => Promise<void>>>;

/** CK_ULONG as the value of an attribute, or one of a parameter. */
export function ulong(value: number): Buffer {
  const bytes = Buffer.alloc(koffi.sizeof('ulong'));
  koffi.encode(bytes, 'ulong', value);
  return bytes;
}

const modules = new Map<string, { readonly cryptoki: Cryptoki; users: number }>();
const oneByOne = pLimit(1);

/**
 * A module, ready for use: a process initialises it once, however many use it there.
 * @throws OperatorError when it cannot be loaded, or is no PKCS#11 module
 */
export function acquire(path: string): Promise<Cryptoki> {
  return oneByOne(async () => {
    const module = modules.get(path) ?? { cryptoki: load(path), users: 0 };
    modules.set(path, module);
    if (module.users === 0) await initialize(module.cryptoki);
    module.users += 1;
    return module.cryptoki;
  });
}

/** The last user ends it, so that it does not outlive what it rests on. */
export function release(path: string): Promise<void> {
  return oneByOne(async () => {
    const module = modules.get(path);
    if (!module) return;
    module.users -= 1;
    // What cannot be ended was not there any more.
    if (module.users === 0) await module.cryptoki.finalize(null).catch(() => undefined);
  });
}

/** @returns false when it is somebody else's as well, and stays as it is */
export function restart(path: string): Promise<boolean> {
  return oneByOne(async () => {
    const module = modules.get(path);
    if (module?.users !== 1) return false;
    await module.cryptoki.finalize(null).catch(() => undefined);
    await initialize(module.cryptoki);
    return true;
  });
}

/** Milliseconds after which a process ends that has nothing but a call to wait for. */
const LAST_PATIENCE = 10_000;

/** For who is about to end: libuv waits for its threads before that, and for one that hangs in a module for ever. */
export function exitDespiteCalls(): void {
  const exit = koffi.load(null).func('void _exit(int status)');
  process.once('exit', (status) => exit(status));
  setTimeout(() => process.exit(), LAST_PATIENCE).unref();
}

async function initialize({ initialize }: Cryptoki): Promise<void> {
  await initialize({ flags: CKF_OS_LOCKING_OK }).catch((error: unknown) => {
    if (!(error instanceof CryptokiError) || error.code !== CKR_CRYPTOKI_ALREADY_INITIALIZED) throw error;
  });
}

function load(path: string): Cryptoki {
  try {
    // Deep: a module that brings its own OpenSSL must not be given Node's functions of the same names.
    const library = koffi.load(path, { deep: true });
    const functions = Object.entries(PROTOTYPES).map(([name, prototype]) => [name, bind(library, prototype)]);
    return Object.fromEntries(functions);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    const advice = 'set it to the path of your HSM’s PKCS#11 module';
    throw operatorError('signing_keys.pkcs11.module', `${path} cannot be used (${problem}): ${advice}`, cause);
  }
}

type Asynchronous = (...argsAndCallback: unknown[]) => void;

/** koffi hands C the memory of a Buffer without a hold on it: what a call works on stays here until it is done. */
const inUse = new Set<readonly unknown[]>();

function bind(library: LibraryHandle, prototype: string): Cryptoki[keyof Cryptoki] {
  const native = library.func(`ulong ${prototype}`);
  const call = promisify(native.async as Asynchronous) as (...args: unknown[]) => Promise<Ulong>;
  return async (...args) => {
    inUse.add(args);
    const code = await call(...args).finally(() => inUse.delete(args));
    if (code !== 0) throw new CryptokiError(native.info.name, Number(code));
  };
}
