import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createDevices, type Devices, KNOWN_FOR } from '../../../src/limits/devices.ts';
import { TestClock } from '../../support/test-clock.ts';

const isKnown = (devices: Devices, account: string, device: string | undefined) =>
  devices.markFor(account, device) !== undefined;

describe('known devices', () => {
  const [key, older] = [randomBytes(32), randomBytes(32)];
  let clock: TestClock;
  let devices: Devices;
  beforeEach(() => {
    clock = new TestClock();
    devices = createDevices([key], clock);
  });

  it('are known for the account that was signed in to, and for no other', () => {
    const device = devices.remember('ada', undefined);
    assert.ok(isKnown(devices, 'ada', device));
    assert.ok(!isKnown(devices, 'bob', device));
    assert.ok(!isKnown(devices, 'ada', undefined));
  });

  it('are known for several accounts at once, the last five', () => {
    let device: string | undefined;
    for (const account of ['one', 'two', 'three', 'four', 'five', 'two', 'six'])
      device = devices.remember(account, device);
    const known = ['one', 'two', 'three', 'four', 'five', 'six'].filter((account) => isKnown(devices, account, device));
    assert.deepEqual(known, ['two', 'three', 'four', 'five', 'six']);
  });

  it('are known for a year from the last sign-in', () => {
    const device = devices.remember('ada', undefined);
    clock.advance(KNOWN_FOR - 1);
    const renewed = devices.remember('ada', device);
    assert.ok(isKnown(devices, 'ada', device));
    clock.advance(1);
    assert.ok(!isKnown(devices, 'ada', device));
    assert.ok(isKnown(devices, 'ada', renewed));
  });

  it('stay known when the master key changes, and not when it is gone', () => {
    const device = createDevices([older], clock).remember('ada', undefined);
    assert.ok(isKnown(createDevices([key, older], clock), 'ada', device));
    assert.ok(!isKnown(createDevices([key], clock), 'ada', device));
  });

  it('[34] are not what somebody made up, moved or changed', () => {
    const device = devices.remember('ada', undefined);
    const [at = '', nonce = '', mark = ''] = device.split('.');
    const later = (Number.parseInt(at, 36) + 1).toString(36);
    const forged = [
      '',
      '.',
      '~',
      '..',
      `${at}.${nonce}.`,
      `${at}..${mark}`,
      `.${nonce}.${mark}`,
      `${later}.${nonce}.${mark}`,
      `${at}.${nonce}x.${mark}`,
      `${at}.${nonce}.${mark.slice(0, -1)}`,
      `${at}.${mark}.${nonce}`,
      'x'.repeat(100_000),
      createDevices([randomBytes(32)], clock).remember('ada', undefined),
    ];
    for (const value of forged) assert.ok(!isKnown(devices, 'ada', value), value.slice(0, 80));
    assert.ok(devices.remember('ada', '~'.repeat(10_000)).length < 100);
  });

  it('take nothing along that is longer than we would ever make', () => {
    const mark = devices.remember('ada', undefined);
    for (const long of ['x'.repeat(400), 'x'.repeat(5000), Array(5).fill('x'.repeat(300)).join('~')]) {
      const device = devices.remember('ada', long);
      assert.equal(device.length, mark.length, `${long.length}`);
      assert.ok(isKnown(devices, 'ada', device));
    }
    let many: string | undefined;
    for (const account of ['one', 'two', 'three', 'four', 'five', 'six']) many = devices.remember(account, many);
    assert.ok(isKnown(devices, 'two', many));
  });

  it('say nothing of whose they are', () => {
    const device = devices.remember('ada', undefined);
    assert.ok(!device.includes('ada') && !Buffer.from(device, 'base64url').includes('ada'));
    assert.notEqual(devices.remember('ada', undefined), device);
  });
});
