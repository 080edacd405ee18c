import type { Write } from '../../src/artifacts/index.ts';

/** One step of the statement that writes, and what it is given. */
export interface Step {
  readonly sql: string;
  readonly bindings: readonly unknown[];
}

export type Kind = Write['kind'];
export type Of<K extends Kind> = Extract<Write, { kind: K }>;

export function of<K extends Kind>(writes: readonly Write[], kind: K): Of<K>[] {
  return writes.filter((write): write is Of<K> => write.kind === kind);
}

/** What `unnest(?::text[], ?::bytea[])` is given. */
export const names = (writes: readonly { readonly model: string; readonly id: Buffer }[]) => [
  writes.map(({ model }) => model),
  writes.map(({ id }) => id),
];
