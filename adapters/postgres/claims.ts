import type { Knex } from 'knex';
import type { Artifact, Write } from '../../src/artifacts/index.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { run, statementOf } from '../../src/kernel/statement.ts';
import { together } from '../../src/kernel/together.ts';
import { names, type Of, of, type Step } from './write-step.ts';

/**
 * Inserts rows that are not there, or only expired ones. Who claims the same at the same time waits for who was first. What is
 * claimed belongs to nothing: the other columns stay empty.
 */
const CLAIM = `insert into oidc_artifacts as a (model, id, payload, expires_at)
  select * from unnest(?::text[], ?::bytea[], ?::json[], ?::timestamptz[])
  on conflict (model, id) do update set payload = excluded.payload, expires_at = excluded.expires_at where a.expires_at <= ?
  returning a.model, a.id`;

export const claiming = (artifacts: readonly Artifact[], now: Date): Step => ({
  sql: CLAIM,
  bindings: [
    ...names(artifacts),
    artifacts.map(({ payload }) => JSON.stringify(payload)),
    artifacts.map(({ expiresAt }) => expiresAt),
    now,
  ],
});

/** Claims of one statement. */
const MOST = 64;

/** Whether a request only notes what it has shown, as one does that asks for a token which nobody stores. */
export const isClaims = (writes: readonly Write[]): writes is readonly Of<'claim'>[] =>
  of(writes, 'claim').length === writes.length;

/**
 * Claims what a request has shown, in one statement with what others show in the same turn. Every claim is won or lost by itself.
 * @returns what tells whether all of a request's were won
 */
export function createClaims(db: Knex, clock: Clock): (claims: readonly Of<'claim'>[]) => Promise<boolean> {
  const claim = together((artifacts: readonly Artifact[]) => claimAll(db, clock.now(), artifacts), MOST);
  return async (claims) => (await Promise.all(claims.map(({ artifact }) => claim(artifact)))).every(Boolean);
}

/** In the order of their ids, so that of two of these one waits, and never both. Of the same twice, the first is won. */
async function claimAll(db: Knex, now: Date, artifacts: readonly Artifact[]): Promise<boolean[]> {
  const each = artifacts.map(nameOf);
  const firsts = artifacts.filter((artifact, at) => each.indexOf(nameOf(artifact)) === at);
  const sorted = firsts.sort((a, b) => Buffer.compare(a.id, b.id));
  const { sql, bindings } = claiming(sorted, now);
  const { rows } = await run<Named>(db, statementOf(sql), bindings);
  const won = new Set(rows.map(nameOf));
  return each.map((name, at) => each.indexOf(name) === at && won.has(name));
}

type Named = Pick<Artifact, 'model' | 'id'>;

const nameOf = ({ model, id }: Named): string => `${model}:${id.toString('hex')}`;
