import assert from 'node:assert/strict';
import { safeAccent } from '../../../src/http/accent.ts';

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = (colour.slice(1).match(/../g) ?? []).map((pair) => {
    const part = Number.parseInt(pair, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

describe('safeAccent', () => {
  it('leaves a colour that white text can be read on', () => {
    for (const colour of ['#3556d8', '#3556D8', '#000', '#a00', '#767676']) assert.equal(safeAccent(colour), colour);
  });

  it('darkens any other until white text can be read on it', () => {
    for (const colour of ['#fff', '#ffffff', '#ff0', '#00ff00', '#f5a623', '#777777', '#1DB954', '#0ff']) {
      const safe = safeAccent(colour) ?? '';
      assert.match(safe, /^#[0-9a-f]{6}$/);
      const contrast = 1.05 / (luminance(safe) + 0.05);
      assert.ok(contrast >= 4.5, `${colour} became ${safe}: ${contrast}`);
      assert.ok(contrast < 5.2, `${colour} became darker than it needs to be: ${safe}`);
    }
  });

  it('keeps the hue', () => {
    const [, red, green, blue] = /^#(..)(..)(..)$/.exec(safeAccent('#ffcc00') ?? '') ?? [];
    assert.equal(blue, '00');
    assert.ok(Number.parseInt(red ?? '', 16) > Number.parseInt(green ?? '', 16));
  });

  it('takes nothing but a colour', () => {
    const others = ['', 'red', '3556d8', '#12', '#1234', '#3556d8ff', '#gggggg', ' #fff', '#fff\n', '#fff;}body{}'];
    for (const other of [undefined, ...others]) assert.equal(safeAccent(other), undefined);
  });
});
