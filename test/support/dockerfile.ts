import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The repository: what `docker build .` is given. */
export const CONTEXT = fileURLToPath(new URL('../../', import.meta.url));

export interface Stage {
  readonly name: string | undefined;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  readonly keyword: string;
  readonly value: string;
}

/** The Dockerfile's stages: the part of its language that ours uses, and an error for what this reader would miss. */
export function readDockerfile(text = readFileSync(`${CONTEXT}Dockerfile`, 'utf8')): Stage[] {
  const stages: { name: string | undefined; image: string; instructions: Instruction[] }[] = [];
  for (const { keyword, value } of instructions(text)) {
    const from = /^(\S+)(?: AS (\S+))?$/i.exec(value);
    if (keyword === 'FROM' && from) stages.push({ image: from[1] ?? '', name: from[2], instructions: [] });
    else stages.at(-1)?.instructions.push({ keyword, value });
  }
  return stages;
}

/** Everything a stage says with that keyword. */
export function said(stage: Stage, keyword: string): string[] {
  return stage.instructions.filter((one) => one.keyword === keyword).map(({ value }) => value);
}

/** The words of an instruction in exec form; one in shell form would need a shell, and hide signals behind it. */
export function words(stage: Stage, keyword: string): string[] {
  const [value = ''] = said(stage, keyword);
  const list: unknown = JSON.parse(value.slice(value.indexOf('[')));
  if (Array.isArray(list) && list.every((word) => typeof word === 'string')) return list;
  throw new Error(`${keyword} is not in exec form: ${value}`);
}

const KNOWN = new Set(
  'FROM ARG LABEL ENV WORKDIR COPY RUN USER EXPOSE STOPSIGNAL HEALTHCHECK ENTRYPOINT CMD'.split(' '),
);

function instructions(text: string): Instruction[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const joined = lines.join('\n').replaceAll(/\\\n\s*/g, '');
  return joined.split('\n').map((line) => {
    const [, keyword = '', value = ''] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (!KNOWN.has(keyword)) throw new Error(`this reader does not know: ${line}`);
    return { keyword, value };
  });
}

/** The names at the top of the repository that .dockerignore lets an image see. Ours is a list of what may be seen. */
export function visibleToBuild(): string[] {
  const patterns = readFileSync(`${CONTEXT}.dockerignore`, 'utf8').split('\n');
  const [all, ...rest] = patterns.filter((line) => line.trim() !== '' && !line.startsWith('#'));
  if (all !== '*' || !rest.every((line) => /^![\w.-]+$/.test(line)))
    throw new Error('.dockerignore hides less than all');
  return rest.map((line) => line.slice(1));
}
