/** Milliseconds for which nothing else is answered. */
const TURN = 5;

const waiting: (() => void)[] = [];

/**
 * Has what is asked for in one turn of the event loop made at the beginning of the next, one after the other and in this
 * thread. What takes less than a millisecond is made in less time than other threads need to take it and bring it back one by
 * one; and those who asked go on together, so that what they do next can be done together as well. Where it is much, others
 * come between.
 */
export function inTurns<Asked, Made>(make: (asked: Asked) => Made): (asked: Asked) => Promise<Made> {
  return (asked) => {
    const { promise, resolve, reject } = Promise.withResolvers<Made>();
    const attempt = () => {
      try {
        resolve(make(asked));
      } catch (error) {
        reject(error);
      }
    };
    if (waiting.push(attempt) === 1) setImmediate(turn);
    return promise;
  };
}

function turn(): void {
  const end = performance.now() + TURN;
  do waiting.shift()?.();
  while (waiting.length > 0 && performance.now() < end);
  if (waiting.length > 0) setImmediate(turn);
}
