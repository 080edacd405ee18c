import { Refusal } from '../run.ts';

/** Whoever names a key that nobody knows is told so, by every command alike. */
export const noSuchKey = (kid: string): Refusal =>
  new Refusal(`There is no key ${kid}. See them all: gatehouse keys list`);
