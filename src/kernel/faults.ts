/** One thing an operator has to set right: which setting (or member path), and what is wrong with it. */
export interface Fault {
  readonly name: string;
  readonly problem: string;
}

/**
 * Something only the operator can set right: a setting, a port, a database, a key. The command line prints
 * one line a fault and exits with status 2; nothing has been changed.
 */
export class OperatorError extends Error {
  readonly faults: readonly Fault[];

  constructor(faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map((fault) => `${fault.name}: ${fault.problem}`).join('\n'), options);
    this.name = 'OperatorError';
    this.faults = faults;
  }
}

/** An OperatorError about a single thing. */
export function operatorError(name: string, problem: string, cause?: unknown): OperatorError {
  return new OperatorError([{ name, problem }], cause === undefined ? undefined : { cause });
}
