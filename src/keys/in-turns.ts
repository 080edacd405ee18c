/** Milliseconds for which nothing else is answered. */
const TURN = 5;

/**
 * Has what is asked for in one turn of the event loop made at the beginning of the next, one after the other and in this
 * thread. What takes less than a millisecond is made in less time than other threads need to take it and bring it back one by
 * one; and those who asked go on together, so that what they do next can be done together as well. Where it is much, others
 * come between.
 */
export function inTurns<Asked, Made>(make: (asked: Asked) => Made): (asked: Asked) => Promise<Made> {
  const waiting: (() => void)[] = [];
  const turn = (): void => {
    const end = performance.now() + TURN;
    do waiting.shift()?.();
    while (waiting.length > 0 && performance.now() < end);
    if (waiting.length > 0) setImmediate(turn);
  };
  return (asked) => {
    const { promise, resolve, reject } = Promise.withResolvers<Made>();
    if (waiting.push(() => attempt(make, asked, resolve, reject)) === 1) setImmediate(turn);
    return promise;
  };
}

function attempt<Asked, Made>(
  make: (asked: Asked) => Made,
  asked: Asked,
  resolve: (made: Made) => void,
  reject: (error: unknown) => void,
): void {
  try {
    resolve(make(asked));
  } catch (error) {
    reject(error);
  }
}
