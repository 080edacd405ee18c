import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createDevices, KNOWN_FOR } from '../../../src/limits/devices.ts';
import { TestClock } from '../../support/test-clock.ts';

describe('known devices', () => {
  const [key, older] = [randomBytes(32), randomBytes(32)];
  let clock: TestClock;
  let devices: ReturnType<typeof createDevices>;
  beforeEach(() => {
    clock = new TestClock();
    devices = createDevices([key], clock);
  });

  it('are known for the account that was signed in to, and for no other', () => {
    const device = devices.remember('ada', undefined);
    assert.ok(devices.isKnown('ada', device));
    assert.ok(!devices.isKnown('bob', device));
    assert.ok(!devices.isKnown('ada', undefined));
  });

  it('are known for several accounts at once, the last five', () => {
    let device: string | undefined;
    for (const account of ['one', 'two', 'three', 'four', 'five', 'two', 'six'])
      device = devices.remember(account, device);
    const known = ['one', 'two', 'three', 'four', 'five', 'six'].filter((account) => devices.isKnown(account, device));
    assert.deepEqual(known, ['two', 'three', 'four', 'five', 'six']);
  });

  it('are known for a year from the last sign-in', () => {
    const device = devices.remember('ada', undefined);
    clock.advance(KNOWN_FOR - 1);
    const renewed = devices.remember('ada', device);
    assert.ok(devices.isKnown('ada', device));
    clock.advance(1);
    assert.ok(!devices.isKnown('ada', device));
    assert.ok(devices.isKnown('ada', renewed));
  });

  it('stay known when the master key changes, and not when it is gone', () => {
    const device = createDevices([older], clock).remember('ada', undefined);
    assert.ok(createDevices([key, older], clock).isKnown('ada', device));
    assert.ok(!createDevices([key], clock).isKnown('ada', device));
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
    for (const value of forged) assert.ok(!devices.isKnown('ada', value), value.slice(0, 80));
    assert.ok(devices.remember('ada', '~'.repeat(10_000)).length < 100);
  });

  it('say nothing of whose they are', () => {
    const device = devices.remember('ada', undefined);
    assert.ok(!device.includes('ada') && !Buffer.from(device, 'base64url').includes('ada'));
    assert.notEqual(devices.remember('ada', undefined), device);
  });
});
