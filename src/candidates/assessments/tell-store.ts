import { appendEachSql, type EventType, eachRow } from '../../events/index.ts';
import { withCause } from '../../kernel/correlation.ts';
import type { TransitionEvent } from './types.ts';

const TYPES: Readonly<Record<TransitionEvent | 'create' | 'expire', EventType>> = {
  create: 'assessment.session.created.v1',
  start: 'assessment.session.started.v1',
  pause: 'assessment.session.paused.v1',
  resume: 'assessment.session.resumed.v1',
  submit: 'assessment.session.submitted.v1',
  expire: 'assessment.session.expired.v1',
  terminate: 'assessment.session.terminated.v1',
};

/**
 * Tells of each session that the CTE `changed` holds, as it is after the change.
 * @param telling where `telling` is bound
 */
export const TELL = (telling: string) =>
  appendEachSql(
    `select id::text as subject, updated_at as time, json_build_object(
      'session_id', id, 'candidate_id', candidate_id, 'assessment', assessment, 'state', state) as data from changed`,
    telling,
  );

/** What `TELL` is given. */
export const telling = (event: TransitionEvent | 'create'): string => eachRow(TYPES[event]);

/** That time is over is nobody's doing, also where a request came upon it. */
export const tellingExpiry = (): string =>
  withCause({ actor: 'system', clientId: undefined, network: undefined }, () => eachRow(TYPES.expire));
