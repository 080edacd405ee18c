/** What one look at the database says. */
export interface Sight {
  /** The last position that was given out when it began. */
  readonly position: number;
  /** An xid that was given out after that; undefined where the position was no news. */
  readonly xid: bigint | undefined;
  /** Every transaction of a lower xid had ended, at a moment after that. */
  readonly oldest: bigint;
}

/**
 * Up to where the log is whole. Positions are given out before their transactions commit, so a reader may see one and not
 * the one before it. A position that was given out by the time of a look belongs to a transaction with a lower xid than was
 * given out after it; when none of those runs any more, nothing will appear below that position. (The list of revocations
 * reads by the same horizon in the order of xids, for nobody asks which came first. Here the order of one subject's
 * changes matters, which xids do not tell: whoever waits for a lock may have one already.)
 */
export class Horizon {
  #whole = 0;
  #last = 0;
  #waiting: { readonly position: number; readonly xid: bigint }[] = [];

  /** The last position up to which every event is there that ever will be. */
  get position(): number {
    return this.#whole;
  }

  /** The last position that was seen, whole or not. */
  get seen(): number {
    return this.#last;
  }

  /** Takes a look into account. */
  see({ position, xid, oldest }: Sight): void {
    this.#last = Math.max(this.#last, position);
    if (xid !== undefined) this.#waiting.push({ position, xid });
    for (const each of this.#waiting) if (each.xid <= oldest) this.#whole = Math.max(this.#whole, each.position);
    this.#waiting = this.#waiting.filter((each) => each.xid > oldest);
    // Any of them may be left out, so long as there are early ones to come soon and late ones to come far.
    if (this.#waiting.length > REMEMBERED) this.#waiting = this.#waiting.filter((_, index) => index % 2 === 0);
  }
}

/** Looks that are kept for the time when their transactions have ended; more come only while one runs long. */
const REMEMBERED = 1000;
