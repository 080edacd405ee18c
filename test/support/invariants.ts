import assert from 'node:assert/strict';
import type { Knex } from 'knex';

/** What must hold after any fault, as questions that find whatever breaks it. */
const BREACHES: Readonly<Record<string, string>> = {
  'a mail that waits, and no job to send it': `
    select id from mails where state = 'queued' and not exists (select from graphile_worker.jobs j where j.key = mails.id::text)`,
  'a job to send a mail that there is not': `
    select id from graphile_worker.jobs j where task_identifier = 'send_mail'
    and not exists (select from mails where mails.id::text = j.key)`,
  'a proof that was mailed to nobody': `
    select id from email_proofs p where proves_address and not exists (select from mails m where m.user_id = p.user_id)`,
  'a family of refresh tokens all of which are used': `
    select grant_id from oidc_artifacts where model = 'RefreshToken'
    group by grant_id having bool_and(consumed_at is not null)`,
  // A successor is of the same grant and the same first issue, one rotation later.
  'a refresh token with a successor too many': `
    with rotated as (
      select grant_id, payload->>'iiat' as family, coalesce((payload->>'rotations')::int, 0) as turn,
        count(*) as there, count(*) filter (where consumed_at is not null) as used
      from oidc_artifacts where model = 'RefreshToken' group by 1, 2, 3)
    select next.* from rotated next join rotated before on before.grant_id = next.grant_id
      and before.family = next.family and before.turn = next.turn - 1
    where next.there > before.used`,
  // One that ended with a session, or with its person’s account, is told of by that: in the same commit.
  'a grant that has ended, and nothing that tells of it': `
    select r.value from revocations r where kind = 'grant'
    and not exists (select from oidc_artifacts g where g.model = 'Grant'
      and rtrim(translate(encode(g.id, 'base64'), '+/', '-_'), '=') = r.value)
    and not exists (select from events e where e.type = 'identity.token.revoked.v1' and e.data->>'grant_id' = r.value)
    and not exists (select from events e where e.type in ('identity.session.ended.v1', 'identity.user.deleted.v1')
      and abs(extract(epoch from e.time - r.revoked_at)) < 10)`,
  'a grant that is said to have ended, and has not': `
    select g.id from oidc_artifacts g join events e
      on e.data->>'grant_id' = rtrim(translate(encode(g.id, 'base64'), '+/', '-_'), '=')
    where g.model = 'Grant' and g.consumed_at is null and e.type = 'identity.token.revoked.v1'`,
  'a token whose grant is gone': `
    select id from oidc_artifacts t where model in ('RefreshToken', 'AccessToken') and grant_id is not null
    and not exists (select from oidc_artifacts g where g.model = 'Grant' and g.id = t.grant_id)`,
  'an assessment session whose trail has a gap, or too much': `
    select id from assessment_sessions s where trail_length <> (select count(*) from assessment_trail t where t.session_id = s.id)`,
  'an assessment session that is not as its trail has it': `
    select id from assessment_sessions s join assessment_trail t on t.session_id = s.id and t.seq = s.trail_length
    where (t.state, t.version, t.state_hash) <> (s.state, s.version, s.state_hash)`,
  'a trail without its assessment session': `
    select session_id from assessment_trail t where not exists (select from assessment_sessions s where s.id = t.session_id)`,
  'somebody’s session, grant or token, and nobody there': `
    select id from oidc_artifacts where account_id is not null
    and not exists (select from users where users.id::text = account_id)
    and not exists (select from candidates where candidates.id::text = account_id)`,
};

/** Nothing is half done: no orphans, whatever was killed, cut or lost before. */
export async function expectInvariants(db: Knex): Promise<void> {
  for (const [breach, question] of Object.entries(BREACHES)) {
    const { rows } = await db.raw(question);
    assert.deepEqual(rows, [], breach);
  }
}
