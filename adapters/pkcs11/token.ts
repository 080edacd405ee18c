import pLimit from 'p-limit';
import type { HsmSettings } from '../../src/config/index.ts';
import { acquire, type Cryptoki, CryptokiError, exitDespiteCalls, release, restart } from './cryptoki.ts';
import { logIn, PinRefused } from './log-in.ts';
import type { Session } from './session.ts';

/** Milliseconds that anybody waits for the token; what was begun then goes on, and its session with it. */
const PATIENCE = 5000;

export interface TokenOptions {
  readonly patience?: number;
}

/** A token that its user is logged in to, and the sessions with it. */
export class Token {
  readonly #settings: HsmSettings;
  readonly #patience: number;
  readonly #cryptoki: Cryptoki;
  readonly #limit: ReturnType<typeof pLimit>;
  readonly #idle: Session[] = [];
  /** Calls of the module that are under way: it is not ended under them. */
  readonly #calls = new Set<Promise<unknown>>();
  #restarting: Promise<void> | undefined;
  /** A PIN that was refused is not tried again: after a few times a token locks itself. */
  #refused: Error | undefined;

  private constructor(settings: HsmSettings, cryptoki: Cryptoki, { patience = PATIENCE }: TokenOptions) {
    this.#settings = settings;
    this.#patience = patience;
    this.#cryptoki = cryptoki;
    this.#limit = pLimit(settings.sessions);
  }

  /** @throws OperatorError naming the module, the label or the PIN, whichever it is */
  static async open(settings: HsmSettings, options: TokenOptions = {}): Promise<Token> {
    const token = new Token(settings, await acquire(settings.module), options);
    try {
      await token.run(async () => undefined);
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
  async run<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    let waiting = true;
    const timer = setTimeout(() => {
      waiting = false;
      reject(new Error(`the token ${this.#settings.tokenLabel} has not answered for ${this.#patience} ms`));
    }, this.#patience);
    const done = this.#limit(() => (waiting ? this.#attempt(work) : late));
    return Promise.race([done, late]).finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
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
    const call = work();
    this.#calls.add(call);
    return call.finally(() => this.#calls.delete(call));
  }
}
