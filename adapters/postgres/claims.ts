import type { Knex } from 'knex';
import type { Artifact, Write } from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { run, statementOf } from '../../src/kernel/statement.ts';
import { together } from '../../src/kernel/together.ts';
import { type Of, of, type Step } from './write-step.ts';

/**
 * Inserts rows that are not there, or only expired ones. Who claims the same at the same time waits for who was first. What is
 * claimed belongs to nothing: the other columns stay empty.
 */
const CLAIM = `insert into oidc_artifacts as a (model, id, payload, expires_at)
  select c.model, decode(c.id, 'hex'), c.payload, to_timestamp(c.expires / 1000)
  from unnest(?::text[], ?::text[], ?::json[], ?::float8[]) as c (model, id, payload, expires)
  on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at where a.expires_at <= ?
  returning a.model || ':' || encode(a.id, 'hex') as name`;

export const claiming = (artifacts: readonly Artifact[], now: Date): Step => ({
  sql: CLAIM,
  bindings: [
    plain(artifacts.map(({ model }) => model)),
    plain(artifacts.map(({ id }) => id.toString('hex'))),
    artifacts.map(({ payload }) => JSON.stringify(payload)),
    plain(artifacts.map(({ expiresAt }) => expiresAt?.getTime() ?? 'null')),
    now,
  ],
});

/** An array of words and numbers as PostgreSQL reads it: pg would look into each for what has to be escaped. */
const plain = (values: readonly (string | number)[]): string => `{${values.join()}}`;

/**
 * Claims of one statement. A statement costs a node as much as four claims in it, and one comes with every request of a client
 * that signs its own: it waits for a few turns of the event loop, which is no time where there is nothing else to do.
 */
const GATHERED = { most: 64, turns: 3 };

/** Whether a request only notes what it has shown, as one does that asks for a token which nobody stores. */
export const isClaims = (writes: readonly Write[]): writes is readonly Of<'claim'>[] =>
  of(writes, 'claim').length === writes.length;

/**
 * Claims what a request has shown, in one statement with what others show in the same few turns. Every claim is won or lost
 * by itself.
 * @returns what tells whether all of a request's were won
 */
export function createClaims(db: Knex, clock: Clock): (claims: readonly Of<'claim'>[]) => Promise<boolean> {
  const claim = together((artifacts: readonly Artifact[]) => claimAll(db, clock.now(), artifacts), GATHERED);
  return async (claims) => (await Promise.all(claims.map(({ artifact }) => claim(artifact)))).every(Boolean);
}

/** In the order of their ids, so that of two of these one waits, and never both. Of the same twice, the first is won. */
async function claimAll(db: Knex, now: Date, artifacts: readonly Artifact[]): Promise<boolean[]> {
  const each = artifacts.map(nameOf);
  const firsts = artifacts.filter((_, at) => each.indexOf(each[at] as string) === at);
  const sorted = firsts.sort((a, b) => Buffer.compare(a.id, b.id));
  const { sql, bindings } = claiming(sorted, now);
  const { rows } = await run<{ name: string }>(db, statementOf(sql), bindings);
  const won = new Set(rows.map(({ name }) => name));
  return each.map((name, at) => each.indexOf(name) === at && won.has(name));
}

const nameOf = ({ model, id }: Artifact): string => `${model}:${id.toString('hex')}`;
