import { OperatorError } from '../kernel/faults.ts';
import { dotted, type Path } from './document.ts';
import { knownScopes, readClientAmong } from './entries.ts';
import type { ClientDeclaration, Config } from './types.ts';
import { InvalidValue } from './values.ts';

/**
 * A client that is made by command, by the rules of the declarative file. Where it authenticates by a secret, that is
 * `secret`: nobody chooses one.
 * @param members RFC 7591 names, and Gatehouse's own
 * @throws OperatorError with every fault, named by its member
 */
export function readMadeClient(
  members: Readonly<Record<string, unknown>>,
  secret: string,
  { resources, production, mtls }: Pick<Config, 'resources' | 'production' | 'mtls'>,
): ClientDeclaration {
  const faults: { name: string; problem: string }[] = [];
  const report = (path: Path, problem: string) => void faults.push({ name: dotted(path), problem });
  const { client_secret, client_secret_env, ...rest } = members;
  for (const [name, value] of Object.entries({ client_secret, client_secret_env }))
    if (value !== undefined) report([name], 'is made here, and shown once: leave it out');
  const entry = usesSecret(rest) ? { ...rest, client_secret: secret } : rest;
  const client = readClientAmong({ scopes: knownScopes(resources), production, mtls }, entry, fromNowhere, report);
  if (!client || faults.length > 0) throw new OperatorError(faults);
  return client;
}

/** RFC 7591 §2: client_secret_basic, where nothing is said. */
function usesSecret({ token_endpoint_auth_method: method = 'client_secret_basic' }: Readonly<Record<string, unknown>>) {
  return typeof method === 'string' && method.startsWith('client_secret_');
}

const fromNowhere = () => {
  throw new InvalidValue('is made here, and shown once: leave it out');
};
