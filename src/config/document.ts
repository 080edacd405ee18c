import {
  type Document,
  type ErrorCode,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
} from 'yaml';
import type { Fault } from '../kernel/faults.ts';

/** From the file's root to a member: names and list positions. */
export type Path = readonly (string | number)[];

/** Tells what is wrong with the member at a path. */
export type Report = (path: Path, problem: string) => void;

/** In our words, because the parser's repeat the text at fault, which may be a secret. */
const SYNTAX_PROBLEMS: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: 'a plain value cannot begin with *: put it in quotes',
  BAD_INDENT: 'indent the members of one mapping or list alike',
  BAD_SCALAR_START: 'a plain value cannot begin with @ or `: put it in quotes',
  BLOCK_AS_IMPLICIT_KEY: 'a mapping cannot begin here: put a value that has ": " in quotes',
  DUPLICATE_KEY: 'this member is already there: remove one of the two',
  MISSING_CHAR: 'a quote, bracket, colon or comma is missing',
  MULTIPLE_DOCS: 'keep one document in the file',
  TAB_AS_INDENT: 'indent with spaces, not with tabs',
  TAG_RESOLVE_FAILED: 'a plain value cannot begin with !: put it in quotes',
};

/** A YAML file, which knows the line of every member. */
export class Declarations {
  readonly name: string;
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();

  constructor(name: string, source: string) {
    this.name = name;
    this.#document = parseDocument(source, { lineCounter: this.#lines, prettyErrors: false, logLevel: 'error' });
  }

  /** Each with the place, `gatehouse.yaml:LINE:COL`. */
  syntaxFaults(): Fault[] {
    const found = [...this.#document.errors, ...this.#document.warnings];
    if (found.length === 0) return this.#danglingAliases();
    return found.map(({ code, pos }) => this.#fault(pos[0], code));
  }

  /** The parser leaves these for whoever asks for the value, and has lost the place by then. */
  #danglingAliases(): Fault[] {
    const faults: Fault[] = [];
    visit(this.#document, {
      Alias: (_, alias) => {
        if (alias.resolve(this.#document) === undefined) faults.push(this.#fault(rangeStart(alias) ?? 0, 'BAD_ALIAS'));
      },
    });
    return faults;
  }

  #fault(offset: number, code: ErrorCode): Fault {
    const { line, col } = this.#lines.linePos(offset);
    return { name: `${this.name}:${line}:${col}`, problem: SYNTAX_PROBLEMS[code] ?? `is not valid YAML (${code})` };
  }

  /** The whole as plain values. Throws where aliases multiply without measure. */
  value(): unknown {
    return this.#document.toJS();
  }

  /** `gatehouse.yaml:7 clients[0].require_pkce`; the line of what holds it, where the member itself is missing. */
  where(path: Path): string {
    return `${this.name}:${Math.max(1, this.#lines.linePos(this.#offset(path)).line)} ${dotted(path)}`.trimEnd();
  }

  #offset(path: Path): number {
    let node: unknown = this.#document.contents;
    let offset = this.#document.contents?.range?.[0] ?? 0;
    for (const step of path) {
      const found = child(isAlias(node) ? node.resolve(this.#document) : node, step);
      if (found === undefined) break;
      node = found.node;
      offset = rangeStart(found.marker) ?? offset;
    }
    return offset;
  }
}

/** `clients[0].redirect_uris[1]` */
export function dotted(path: Path): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`))
    .join('')
    .replace(/^\./, '');
}

/** One step down: the node there, and the token that marks its line (a member's name, or an item's beginning). */
function child(node: unknown, step: string | number): { node: unknown; marker: unknown } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { node: item, marker: item };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
  return pair && { node: pair.value, marker: pair.key };
}

function rangeStart(node: unknown): number | undefined {
  return (node as { range?: [number, number, number] | null } | null)?.range?.[0];
}
