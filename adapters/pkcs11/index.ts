/** Signing keys in an HSM, or whatever else has a PKCS#11 module. Loads native code: imported only where one is set. */
export { openPkcs11Keys, type Pkcs11Keys } from './keys.ts';
