import { TRANSITIONS } from './machine.ts';

/** The transitions as a Mermaid state diagram, for docs/assessments.md. */
export function drawMachine(): string {
  const arrows = Object.entries(TRANSITIONS).flatMap(([event, { from, to }]) =>
    from.map((state) => `    ${state} --> ${to}: ${event}`),
  );
  const ends = [...new Set(Object.values(TRANSITIONS).map(({ to }) => to))].filter(isEnd);
  return ['stateDiagram-v2', '    [*] --> created', ...arrows, ...ends.map((state) => `    ${state} --> [*]`)].join(
    '\n',
  );
}

const isEnd = (state: string) => !Object.values(TRANSITIONS).some(({ from }) => (from as string[]).includes(state));
