import assert from 'node:assert/strict';
import fc from 'fast-check';
import { linesOf } from '../../../src/cli/users/lines.ts';

async function read(chunks: readonly Buffer[], max = 1000): Promise<[number, string | undefined][]> {
  const lines: [number, string | undefined][] = [];
  const stream = async function* () {
    yield* chunks;
  };
  for await (const { number, text } of linesOf(stream(), max)) lines.push([number, text?.toString()]);
  return lines;
}

describe('the lines of a file', () => {
  it('are the same however the file comes in pieces', async () => {
    const text = fc.stringMatching(/^[aé🦊\n\r ]{0,60}$/u);
    await fc.assert(
      fc.asyncProperty(text, fc.array(fc.nat(80), { maxLength: 6 }), async (content, cuts) => {
        const bytes = Buffer.from(content);
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const chunks = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        const expected = content
          .split('\n')
          .map((line, index) => [index + 1, line] as const)
          .filter(([, line]) => /[^ \r]/.test(line));
        assert.deepEqual(await read(chunks), expected);
      }),
    );
  });

  it('come without their text when they are too long, and the next one whole', async () => {
    const long = Buffer.from('x'.repeat(900));
    assert.deepEqual(await read([long, long, Buffer.from('x\nshort\n'), long, long]), [
      [1, undefined],
      [2, 'short'],
      [3, undefined],
    ]);
    assert.deepEqual(await read([Buffer.from('12345\n123456\n')], 5), [
      [1, '12345'],
      [2, undefined],
    ]);
  });
});
