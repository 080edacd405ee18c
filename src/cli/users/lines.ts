import type { ImportLine } from '../../accounts/index.ts';

const LINE_BREAK = 0x0a;

/**
 * The lines of a stream, as bytes: what they are encoded in is their reader's to find out. Empty ones are left out. Of a
 * line longer than `max` bytes nothing is kept, and it comes without its text.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, max: number): AsyncGenerator<ImportLine> {
  let number = 0;
  let parts: Buffer[] = [];
  let length = 0;
  const keep = (part: Buffer) => {
    length += part.length;
    if (length > max) parts = [];
    else parts.push(part);
  };
  const finish = (): ImportLine | undefined => {
    number += 1;
    const text = length > max ? undefined : Buffer.concat(parts);
    [parts, length] = [[], 0];
    return text === undefined || !isBlank(text) ? { number, text } : undefined;
  };
  for await (const chunk of stream) {
    let begin = 0;
    for (let end = chunk.indexOf(LINE_BREAK); end >= 0; end = chunk.indexOf(LINE_BREAK, begin)) {
      keep(chunk.subarray(begin, end));
      begin = end + 1;
      const line = finish();
      if (line) yield line;
    }
    keep(chunk.subarray(begin));
  }
  const last = finish();
  if (last) yield last;
}

const isBlank = (text: Buffer): boolean => text.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
