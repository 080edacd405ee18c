import type { Knex } from 'knex';

/** As the log's own are made (RFC 9562 §5.7): 48 bits of time, and the rest at random. */
const idAt = (at: string) => `encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) placing
    substring(int8send(floor(extract(epoch from ${at}) * 1000)::bigint) from 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid`;

const SOMEBODY = `('00000000-0000-7000-8000-' || lpad(to_hex(n % 100000), 12, '0'))`;

/** Which events there are, and of each so many in twenty; the rarest one in ten thousand. */
const TYPE = `case
    when n % 10000 = 0 then 'identity.key.rotated.v1'
    when n % 20 = 0 then 'candidate.updated.v1'
    when n % 20 < 4 then 'email.sent.v1'
    when n % 20 < 8 then 'identity.session.ended.v1'
    else 'identity.login.succeeded.v1' end`;

interface Rows {
  readonly table?: string;
  readonly from: number;
  readonly to: number;
  /** Expressions of `n`, which counts from `from` to `to`: when it happened, and its position. */
  readonly at: string;
  readonly position: string;
}

/** Appends events of 100,000 people by the way of no use case: as many at once as there is memory for. */
export async function appendRows(db: Knex, { table = 'events', from, to, at, position }: Rows): Promise<void> {
  await db.raw(
    `insert into ${table} (id, position, type, subject, time, correlation_id, actor, client_id, network, data)
     select ${idAt('at')}, position, ${TYPE}, ${SOMEBODY}, at, 'request-' || n, 'user:' || ${SOMEBODY}, 'shop', '192.0.2.7',
       json_build_object('user_id', ${SOMEBODY}, 'method', 'password')
     from (select n, ${at} as at, ${position} as position from generate_series(?::bigint, ?::bigint) n) s`,
    [from, to],
  );
}
