import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Fault, OperatorError } from '../kernel/faults.ts';
import { InvalidValue, type Parse } from './values.ts';

/**
 * What the process was told, read setting by setting. Faults are kept, so that an operator hears of all of them
 * at once; what `read` returns for a faulty setting only lets the reading go on, and never gets out.
 */
export class Settings {
  readonly cwd: string;
  readonly faults: Fault[] = [];
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv, cwd: string) {
    this.#env = env;
    this.cwd = cwd;
  }

  /**
   * The setting's value; `fallback` where it is unset, or was faulty.
   * @param requirement what to set, where the setting may not be left out
   */
  read<T>(name: string, parse: Parse<T>, fallback: T, requirement?: string): T {
    try {
      const text = this.text(name);
      if (text !== undefined) return parse(text);
      if (requirement !== undefined) this.fault(name, requirement);
    } catch (error) {
      this.#keep(name, error);
    }
    return fallback;
  }

  /**
   * The text of NAME, or of the file that NAME_FILE names (how containers hand over secrets), trimmed. Empty is
   * unset, as a shell or a compose file leaves it. Throws InvalidValue.
   */
  text(name: string): string | undefined {
    const value = this.#env[name]?.trim();
    const file = this.#env[`${name}_FILE`]?.trim();
    if (!file) return value || undefined;
    if (value) throw new InvalidValue(`is set, and ${name}_FILE too: unset one of them`);
    return this.#contents(name, file);
  }

  fault(name: string, problem: string): void {
    this.faults.push({ name, problem });
  }

  /** Throws an OperatorError with every fault so far, if there is one. */
  throwFaults(): void {
    if (this.faults.length > 0) throw new OperatorError(this.faults);
  }

  #contents(name: string, file: string): string {
    const contents = readSettingFile(resolve(this.cwd, file), `${name}_FILE`).trim();
    if (contents === '') throw new InvalidValue(`the file that ${name}_FILE names is empty`);
    return contents;
  }

  #keep(name: string, error: unknown): void {
    if (!(error instanceof InvalidValue)) throw error;
    this.fault(name, error.message);
  }
}

/** The system's own word for what went wrong, such as ENOENT. */
export function errorCode(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}

function readSettingFile(path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidValue(`the file that ${setting} names cannot be read (${errorCode(error)}): ${path}`);
  }
}
