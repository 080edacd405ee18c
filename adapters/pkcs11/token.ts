import { setTimeout as pause } from 'node:timers/promises';
import pLimit from 'p-limit';
import type { HsmSettings } from '../../src/config/index.ts';
import { operatorError } from '../../src/kernel/faults.ts';
import { acquire, type Cryptoki, CryptokiError, exitDespiteCalls, release, restart } from './cryptoki.ts';
import { logIn, PinRefused } from './log-in.ts';
import type { Session } from './session.ts';

/** How long anybody waits, in milliseconds. What was begun goes on then, and its session and its thread with it. */
export interface Patience {
  /** For a signature. */
  readonly call: number;
  /** For what an HSM may take its time for: to connect, to make an RSA key. */
  readonly long: number;
  /** For what is under way when nobody needs it any more. */
  readonly end: number;
}

const PATIENCE: Patience = { call: 5000, long: 60_000, end: 1000 };

/** A token that its user is logged in to, and the sessions with it. */
export class Token {
  readonly #settings: HsmSettings;
  readonly #patience: Patience;
  readonly #cryptoki: Cryptoki;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #idle: Session[] = [];
  /** Calls of the module that are under way: it is not ended under them. */
  readonly #calls = new Set<Promise<unknown>>();
  #restarting: Promise<void> | undefined;
  #closed = false;
  /** A PIN that was refused is not tried again: after a few times a token locks itself. */
  #refused: Error | undefined;

  private constructor(settings: HsmSettings, cryptoki: Cryptoki, patience: Patience) {
    this.#settings = settings;
    this.#patience = patience;
    this.#cryptoki = cryptoki;
    this.#limit = pLimit(settings.sessions);
  }

  /** @throws OperatorError naming the module, the label or the PIN, whichever it is */
  static async open(settings: HsmSettings, given: Partial<Patience> = {}): Promise<Token> {
    const patience = { ...PATIENCE, ...given };
    const late = () => {
      exitDespiteCalls();
      return operatorError('signing_keys.pkcs11.module', `${settings.module} ${silent(patience.long)}`);
    };
    const cryptoki = await within(patience.long, () => acquire(settings.module), late);
    const token = new Token(settings, cryptoki, patience);
    try {
      await token.run(async () => undefined, 'long');
      return token;
    } catch (error) {
      await token.close();
      throw error;
    }
  }

  /**
   * Has `work` done in a session; as many at once as there may be sessions.
   * @throws Error when it takes too long, or the token is away
   */
  run<T>(work: (session: Session) => Promise<T>, how: 'call' | 'long' = 'call'): Promise<T> {
    const patience = this.#patience[how];
    const late = () => new Error(`the token ${this.#settings.tokenLabel} ${silent(patience)}`);
    return within(
      patience,
      (inTime) => this.#limit(() => (inTime() ? this.#attempt(work) : Promise.reject(late()))),
      late,
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.race([Promise.allSettled(this.#calls), pause(this.#patience.end, undefined, { ref: false })]);
    if (this.#calls.size > 0) return exitDespiteCalls();
    for (const session of this.#idle.splice(0)) await session.close();
    await release(this.#settings.module);
  }

  /** A session may have ended meanwhile, and the token been away: then a new one is tried, at last in a new module. */
  async #attempt<T>(work: (session: Session) => Promise<T>): Promise<T> {
    await this.#restarted();
    const used = this.#idle.pop();
    if (used) {
      try {
        return await this.#use(used, work);
      } catch (error) {
        if (!(error instanceof CryptokiError)) throw error;
      }
    }
    const session = await this.#connect().catch((error: unknown) => {
      if (error === this.#refused) throw error;
      return this.#restart().then(() => this.#connect());
    });
    return this.#use(session, work);
  }

  /** A session in which something failed is not used again: it may be in the middle of something. */
  #use<T>(session: Session, work: (session: Session) => Promise<T>): Promise<T> {
    return this.#counted(async () => {
      try {
        const result = await work(session);
        this.#idle.push(session);
        return result;
      } catch (error) {
        await session.close();
        throw error;
      }
    });
  }

  async #connect(): Promise<Session> {
    await this.#restarted();
    if (this.#refused) throw this.#refused;
    return this.#counted(() => logIn(this.#cryptoki, this.#settings)).catch((error: unknown) => {
      if (error instanceof PinRefused) this.#refused = error;
      throw error;
    });
  }

  /** Some modules come back to a token that was away only when they are initialised again. One does it for all. */
  #restart(): Promise<void> {
    this.#restarting ??= this.#renewModule().finally(() => {
      this.#restarting = undefined;
    });
    return this.#restarting;
  }

  async #renewModule(): Promise<void> {
    await Promise.allSettled(this.#calls);
    if (await restart(this.#settings.module)) this.#idle.length = 0;
  }

  async #restarted(): Promise<void> {
    while (this.#restarting) await this.#restarting.catch(() => undefined);
  }

  #counted<T>(work: () => Promise<T>): Promise<T> {
    if (this.#closed) throw new Error('the token is not used any more');
    const call = work();
    this.#calls.add(call);
    return call.finally(() => this.#calls.delete(call));
  }
}

const silent = (patience: number): string => `has not answered for ${patience / 1000} seconds`;

/** What is not begun in time need not be begun. */
async function within<T>(
  patience: number,
  begin: (inTime: () => boolean) => Promise<T>,
  late: () => Error,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    reject(late());
  }, patience);
  return Promise.race([begin(() => !over), promise]).finally(() => clearTimeout(timer));
}
