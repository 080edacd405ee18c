import { createReadStream, fstatSync, type Stats, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { ImportLine } from '../../accounts/index.ts';
import { operatorError } from '../../kernel/faults.ts';
import { linesOf } from './lines.ts';

/** Bytes of a line: several times what the longest members need. */
const LINE_MAX = 16 * 1024;

/** The file of an import, read as it is needed, until its end or until somebody has had enough. */
export class Input {
  readonly #stream: Readable;
  readonly #stats: Stats;
  readonly #size: number | undefined;
  #read = 0;
  #stopped = false;

  /** @param file `-` for standard input. @throws OperatorError when it cannot be read. */
  constructor(file: string) {
    this.#stats = file === '-' ? fstatSync(process.stdin.fd) : statsOf(file);
    this.#size = file !== '-' && this.#stats.isFile() ? this.#stats.size : undefined;
    this.#stream = file === '-' ? process.stdin : createReadStream(file);
  }

  /** How much of it was read, 0 to 1; undefined where nobody knows how much there is. */
  get share(): number | undefined {
    return this.#size ? this.#read / this.#size : undefined;
  }

  /** Whether it comes from this very file, whatever that is called. */
  is({ dev, ino }: Stats): boolean {
    return this.#stats.isFile() && this.#stats.dev === dev && this.#stats.ino === ino;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Ends it where it is. */
  stop(): void {
    this.#stopped = true;
    this.#stream.destroy();
  }

  async *lines(): AsyncGenerator<ImportLine> {
    for await (const line of linesOf(this.#chunks(), LINE_MAX)) {
      // What was read of a line when somebody had enough is no line.
      if (this.#stopped) return;
      yield line;
    }
  }

  async *#chunks(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of this.#stream) {
        this.#read += chunk.length;
        yield chunk;
      }
    } catch (error) {
      if (!this.#stopped) throw error;
    }
  }
}

function statsOf(file: string): Stats {
  let stats: Stats;
  try {
    stats = statSync(file);
  } catch (error) {
    throw operatorError(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
  if (stats.isDirectory()) throw operatorError(file, 'is a folder: name a file of JSON lines');
  return stats;
}
