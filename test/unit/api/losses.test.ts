import assert from 'node:assert/strict';
import fc from 'fast-check';
import { lossesOf } from '../../../src/api/losses.ts';
import { parseJson } from '../../../src/kernel/json.ts';

const lost = (text: string) => lossesOf({ text, value: parseJson(text) });

const paths = (text: string) => lost(text).map(({ path }) => path);

describe('what is lost of JSON', () => {
  it('is nothing of what JSON.stringify writes, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 1, '\t'), (value, space) => {
        assert.deepEqual(lost(JSON.stringify(value, undefined, space)), []);
      }),
    );
  });

  it('is a whole number that is written out with other digits, and no other', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 69n), max: 2n ** 69n }), fc.nat(30), (number, shift) => {
        const digits = String(number >> BigInt(shift));
        assert.deepEqual(paths(`{"n":${digits}}`), String(Number(digits)) === digits ? [] : ['n']);
      }),
    );
  });

  it('is nothing of a number of 15 digits or less, whatever its power', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 999_999_999_999_999 }),
        fc.integer({ min: -280, max: 280 }),
        (digits, power) => {
          assert.deepEqual(lost(`[${digits}e${power},${digits}00e${power - 2}]`), []);
        },
      ),
    );
  });

  it('is nothing of a fraction that is written in 17 digits, as some programs write all', () => {
    const fraction = fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Number.isInteger(number));
    fc.assert(fc.property(fraction, (number) => assert.deepEqual(lost(`[${number.toPrecision(17)}]`), [])));
    assert.deepEqual([lost('[0.10000000000000001]'), paths('[0.100000000000000012]')], [[], ['0']]);
  });

  it('is each member whose name was there before, however it is spelled', () => {
    const escaped = (name: string) =>
      `"${name.replace(/./g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
    const name = fc.constantFrom('a', 'b', '"', '\\', ':', '1', '', '__proto__');
    const member = fc.record({ name, spelled: fc.constantFrom(escaped, JSON.stringify) });
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), (members) => {
        const names = members.map((one) => one.name);
        const again = names.filter((one, at) => names.indexOf(one) < at);
        assert.deepEqual(paths(`{${members.map((one) => `${one.spelled(one.name)}:1`)}}`), again);
      }),
      { numRuns: 2000 },
    );
  });
});
