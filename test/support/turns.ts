/** Counts turns of the event loop, from now on. */
export function countTurns(): { readonly seen: () => number; stop(): void } {
  let seen = 0;
  let immediate = setImmediate(function next() {
    seen += 1;
    immediate = setImmediate(next);
  });
  return { seen: () => seen, stop: () => clearImmediate(immediate) };
}
