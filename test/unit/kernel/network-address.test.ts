import assert from 'node:assert/strict';
import { networkAddress } from '../../../src/kernel/network-address.ts';

describe('a network address', () => {
  it('is one, however it is spelt', () => {
    for (const told of ['192.0.2.7', '::ffff:192.0.2.7', '::ffff:c000:207'])
      assert.equal(networkAddress(told), '192.0.2.7');
    for (const told of ['2001:db8::7', '2001:0DB8:0:0:0:0:0:7']) assert.equal(networkAddress(told), '2001:db8::7');
  });

  it('is none, where a proxy told what is none', () => {
    for (const told of ['', 'unknown', '192.0.2.999', '<script>']) assert.equal(networkAddress(told), undefined);
  });
});
