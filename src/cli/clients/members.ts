import { readFileSync } from 'node:fs';
import { operatorError } from '../../kernel/faults.ts';
import { newId } from '../../kernel/ids.ts';

/** What a client is made of, as it is typed. */
export interface MemberOptions {
  readonly file?: string;
  readonly id?: string;
  readonly name?: string;
  readonly redirectUri?: readonly string[];
  readonly initiateLoginUri?: string;
  readonly scope?: string;
  readonly grant?: readonly string[];
  readonly public?: boolean;
  readonly firstParty?: boolean;
}

/**
 * A client's members in RFC 7591 names: those of the file, those that are typed before them, and an id that nobody has
 * where none is said.
 * @throws OperatorError when the file is no JSON object, or cannot be read
 */
export function membersOf(options: MemberOptions): Record<string, unknown> {
  const typed = {
    client_id: options.id,
    client_name: options.name,
    redirect_uris: options.redirectUri,
    initiate_login_uri: options.initiateLoginUri,
    scope: options.scope,
    grant_types: options.grant,
    first_party: options.firstParty,
    token_endpoint_auth_method: options.public ? 'none' : undefined,
  };
  const said = Object.entries(typed).filter(([, value]) => value !== undefined);
  const inFile = options.file === undefined ? {} : read(options.file);
  return { client_id: newId(), ...inFile, ...Object.fromEntries(said) };
}

function read(file: string): object {
  const members = parse(file, textOf(file));
  if (typeof members === 'object' && members !== null && !Array.isArray(members)) return members;
  throw operatorError(file, 'has to hold a JSON object of a client’s members');
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw operatorError(file, `cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
}

/** The parser's own words would repeat the text. */
function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw operatorError(file, 'is no JSON');
  }
}
