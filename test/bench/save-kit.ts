import { type Agent, request } from 'node:http';
import type { Knex } from 'knex';
import { storedState } from '../../src/candidates/index.ts';
import { SECRET } from '../support/declaration.ts';
import { RelyingParty } from '../support/relying-party.ts';

/** What the programs of `saves` have in common: which sessions there are, and how one is saved. */

export const DAY_MS = 86_400_000;

/** The nth session's id. */
export const idOf = (n: number): string => `00000000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;

const ID = `('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid`;

/** What a page of an assessment keeps: a kilobyte. */
export const data = (version: number) => ({ version, answers: { q1: 'b', q2: 'x'.repeat(1000) } });

/** Live sessions of a candidate each; then some that are due in so many days. */
export async function fillSessions(db: Knex, live: number, due: { readonly each: number; readonly days: number }) {
  const { text, digest, size } = storedState(data(1));
  const all = live + due.each * due.days;
  await db.raw(
    `insert into candidates (id, metadata, created_at, updated_at) select ${ID}, '{}', now(), now() from generate_series(1, ?) n`,
    [all],
  );
  await db.raw(
    `insert into assessment_sessions (id, candidate_id, assessment, state, state_data, state_hash, state_size, version,
       running_since, due_at, expires_at, trail_length, started_at, created_at, updated_at)
     select ${ID}, ${ID}, 'bench', 'in_progress', ?::json, ?, ?, 1, now(), at, at, 2, now(), now(), now()
     from generate_series(1, ?) n
       cross join lateral (select case when n > ? then now() + ceil((n - ?) / ?::float8) * interval '1 day' end as at) t`,
    [text, digest, size, all, live, live, due.each],
  );
  await db.raw('vacuum analyze assessment_sessions');
}

/** The floor's: a row with a version, and nothing else. */
export async function fillBare(db: Knex, live: number): Promise<void> {
  await db.raw(
    `create table bare_sessions (id uuid primary key, data json not null, version integer not null) with (fillfactor = 80)`,
  );
  await db.raw(`insert into bare_sessions select ${ID}, ?::json, 1 from generate_series(1, ?) n`, [
    JSON.stringify(data(1)),
    live,
  ]);
  await db.raw('vacuum analyze bare_sessions');
}

/** A service's token; the floor asks for none. */
export async function tokenOf(base: string): Promise<string> {
  const parameters = {
    grant_type: 'client_credentials',
    resource: 'https://id.bench.example/v1',
    scope: 'sessions:write',
  };
  const { body } = await new RelyingParty(base).token(parameters, { id: 'operator', secret: SECRET });
  return body.access_token ?? 'none';
}

/** Saves one session after another, each in its turn, whoever calls. */
export function savesOf(base: string, token: string, live: number): (agent: Agent) => Promise<void> {
  const versions = new Int32Array(live + 1).fill(1);
  let turn = 0;
  return async (agent) => {
    turn = (turn % live) + 1;
    const n = turn;
    const version = versions[n] ?? 1;
    await put(`${base}/v1/sessions/${idOf(n)}/state-data`, { agent, token, version });
    versions[n] = version + 1;
  };
}

function put(url: string, { agent, token, version }: { agent: Agent; token: string; version: number }): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'if-match': `"${version}"`,
  };
  const sent = request(url, { agent, method: 'PUT', headers }, (answer) => {
    answer.resume().once('end', () => {
      if (answer.statusCode === 200 && answer.headers.etag === `"${version + 1}"`) resolve();
      else reject(new Error(`${url} answered ${answer.statusCode}`));
    });
  });
  sent.once('error', reject).end(JSON.stringify(data(version + 1)));
  return promise;
}
