import assert from 'node:assert/strict';
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { networkOf } from '../../../src/limits/network.ts';

const parts = (length: number) =>
  fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: length, maxLength: length });
const spelt = (all: number[]) => new ipaddr.IPv6(all);
/** Addresses of IPv6 alone: `::ffff:0:0/96` is IPv4 in other words. */
const prefix = parts(4).filter((first) => first.some((part) => part !== 0));

describe('the network that is counted', () => {
  it('[26] is the first 64 bits of an IPv6 address, however it is spelt', () => {
    fc.assert(
      fc.property(prefix, parts(4), parts(4), (first, one, other) => {
        const [a, b] = [spelt([...first, ...one]), spelt([...first, ...other])];
        const network = networkOf(a.toString());
        assert.equal(networkOf(b.toString()), network);
        for (const spelling of [a.toNormalizedString(), a.toString().toUpperCase()])
          assert.equal(networkOf(spelling), network);
      }),
    );
  });

  it('[26] is another one for every other 64 bits', () => {
    fc.assert(
      fc.property(prefix, prefix, parts(4), (first, second, rest) => {
        fc.pre(first.join() !== second.join());
        const [one, other] = [first, second].map((begin) => networkOf(spelt([...begin, ...rest]).toString()));
        assert.notEqual(one, other);
      }),
    );
  });

  it('[26] is an IPv4 address by itself, also where it is written as an IPv6 one', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.ipV4(), (one, other) => {
        assert.equal(networkOf(one), one);
        assert.equal(networkOf(`::ffff:${one}`), one);
        assert.equal(networkOf(`::FFFF:${ipaddr.IPv4.parse(one).toIPv4MappedAddress().toString().slice(7)}`), one);
        assert.equal(networkOf(one) === networkOf(other), one === other);
      }),
    );
  });

  it('is one and the same for whatever is no address, so that nobody makes up networks', () => {
    for (const nonsense of ['', 'localhost', '192.0.2.1:1234', '1.2.3.4, 5.6.7.8', '2001:db8::/64', '[2001:db8::1]'])
      assert.equal(networkOf(nonsense), 'unknown', nonsense);
    assert.equal(networkOf('fe80::1%eth0'), networkOf('fe80::2%eth1'));
  });
});
