/** Milliseconds between two looks: on a terminal, and where lines are kept. */
const [OFTEN, SELDOM] = [200, 10_000];

/**
 * How far something has come, on standard error: one line that changes on a terminal, a line now and then anywhere else.
 * What takes less than a second shows nothing.
 */
export class Progress {
  readonly #begun = performance.now();
  readonly #stream: NodeJS.WriteStream;
  #next: number;
  #shown = false;

  constructor(stream: NodeJS.WriteStream = process.stderr) {
    this.#stream = stream;
    this.#next = this.#begun + (stream.isTTY ? 1000 : SELDOM);
  }

  /**
   * @param done how many, with what they are called
   * @param share of all, 0 to 1; undefined where nobody knows how much there is
   */
  show(done: { count: number; of: string }, share: number | undefined): void {
    const now = performance.now();
    if (now < this.#next) return;
    this.#next = now + (this.#stream.isTTY ? OFTEN : SELDOM);
    const seconds = (now - this.#begun) / 1000;
    const left = share ? `, ${duration((seconds / share) * (1 - share))} left` : '';
    const line = `${grouped(done.count)} ${done.of}, ${grouped(done.count / seconds)} a second${left}`;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    this.#shown = true;
  }

  /** Makes room for another line, or for the end. */
  clear(): void {
    if (this.#shown && this.#stream.isTTY) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}

export const grouped = (count: number): string => Math.round(count).toLocaleString('en');

export const plural = (count: number, what: string): string => `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;

/** Minutes and seconds. */
function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
