import assert from 'node:assert/strict';
import { assertFault, load } from './support.ts';

const PIN = { GATEHOUSE_HSM_PIN: '4711-pin' };
const TOKEN = 'module: /usr/lib/softhsm/libsofthsm2.so, token_label: gatehouse';

describe('config: an HSM for signing keys', () => {
  const read = (members: string, env = {}) => load({ ...PIN, ...env }, `signing_keys: { ${members} }\n`).hsm;

  it('is none where nothing is said', () => {
    assert.equal(load().hsm, undefined);
    assert.equal(read('rotate_every: 86401'), undefined);
    assert.equal(read('store: database'), undefined);
  });

  it('is reached by a module, a label and a PIN, which comes from a setting', () => {
    const expected = {
      module: '/usr/lib/softhsm/libsofthsm2.so',
      tokenLabel: 'gatehouse',
      pin: '4711-pin',
      pinSetting: 'GATEHOUSE_HSM_PIN',
      makesKeys: true,
      destroysRetired: true,
      sessions: 2,
    };
    assert.deepEqual(read(`store: pkcs11, pkcs11: { ${TOKEN} }`), expected);
    assert.equal(read(`pkcs11: { ${TOKEN} }`)?.makesKeys, false, 'keys of before stay where they are');
    const own = read(`store: pkcs11, pkcs11: { ${TOKEN}, pin_env: P, destroy_retired: false, sessions: 8 }`, {
      P: 'x',
    });
    assert.deepEqual([own?.pin, own?.pinSetting, own?.destroysRetired, own?.sessions], ['x', 'P', false, 8]);
  });

  const wrong: [members: string, member: string, problem: RegExp][] = [
    ['store: vault', 'store', /must be database or pkcs11/],
    ['store: pkcs11', 'store', /needs the section pkcs11/],
    ['pkcs11: { token_label: gatehouse }', 'pkcs11.module', /is required/],
    ['pkcs11: { module: libsofthsm2.so, token_label: gatehouse }', 'pkcs11.module', /whole path/],
    ['pkcs11: { module: /a.so }', 'pkcs11.token_label', /is required/],
    [`pkcs11: { module: /a.so, token_label: ${'ä'.repeat(17)} }`, 'pkcs11.token_label', /1 to 32/],
    [`pkcs11: { ${TOKEN}, pin: "4711" }`, 'pkcs11.pin', /known member/],
    [`pkcs11: { ${TOKEN}, pin_env: "4711-pin" }`, 'pkcs11.pin_env', /name of an environment variable/],
    [`pkcs11: { ${TOKEN}, pin_env: OTHER }`, 'pkcs11.pin_env', /OTHER is not set: set it to the PIN/],
    [`store: pkcs11, pkcs11: { ${TOKEN} }, algorithms: [ES256, RS256, Ed25519]`, 'algorithms', /has Ed25519, which/],
  ];
  for (const [members, member, problem] of wrong) {
    it(`refuses { ${members} }`, () => {
      assertFault(() => read(members), `gatehouse.yaml:1 signing_keys.${member}`, problem);
    });
  }
});
