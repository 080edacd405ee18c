import { fileURLToPath } from 'node:url';
import {
  type HalfMinute,
  queueHalfMinute,
  sweepArtifacts,
  sweepLimits,
  sweepRevocations,
  tidyJobs,
} from '../adapters/postgres/index.ts';
import {
  type AccountParts,
  ANSWER_REQUEST,
  answerRequest,
  eraseDueAccounts,
  type RequestJob,
  type ReuseJob,
  sweepProofs,
  TELL_OF_REUSE,
  tellOfReuse,
} from './accounts/index.ts';
import { END_SHORT_LIVED, type EndShortLivedJob, TELL_CLIENT, type TellClientJob } from './artifacts/index.ts';
import { type CandidateParts, expireSessions, removeEndedSessions } from './candidates/index.ts';
import type { Config } from './config/index.ts';
import { type EventLog, keepMonths, sealEvents } from './events/index.ts';
import { createMailRenderer } from './http/index.ts';
import type { Tasks } from './jobs/index.ts';
import { destroyRetired, type KeyParts, sweepSigned, turnKeys, turnSalts } from './keys/index.ts';
import { type DeliveryParts, deliverMail, type MailJob, SEND_MAIL, sweepMails } from './mail/index.ts';
import { type CurrentProvider, tellClient } from './oidc/index.ts';
import { saltPolicy } from './running-engine.ts';

const VIEWS = fileURLToPath(new URL('../views', import.meta.url));

/** What is done by jobs as by requests. */
interface Domains {
  readonly accounts: AccountParts;
  readonly candidates: CandidateParts;
  readonly endShortLived: (job: EndShortLivedJob) => Promise<void>;
}

type Sending = Pick<DeliveryParts, 'transport' | 'onResult'>;

/** Tasks that wait for servers of others: of mail, and of applications. */
export const OUTSIDE = [SEND_MAIL, TELL_CLIENT];

/** What is done behind the answers, by the names it is queued under. */
export function buildTasks(
  config: Config,
  { accounts, candidates, endShortLived }: Domains,
  keyParts: KeyParts,
  sending: Sending,
  provider: CurrentProvider,
  log: EventLog,
): Tasks {
  const { db, clock } = accounts;
  const { masterKeys, issuer, production } = config;
  const render = createMailRenderer({ viewsDir: VIEWS, production });
  const delivery = { db, clock, masterKeys, render, ...sending, host: new URL(issuer).hostname };
  return {
    turn_keys: async () => {
      await turnKeys(keyParts);
      await destroyRetired(keyParts);
    },
    turn_salts: async () => void (await turnSalts(keyParts, saltPolicy(config))),
    sweep_signed: () => sweepSigned(db, clock.now()),
    sweep_artifacts: async () => void (await sweepArtifacts(db, clock)),
    sweep_proofs: () => sweepProofs(db, clock.now()),
    erase_accounts: async () => void (await eraseDueAccounts(accounts)),
    expire_sessions: async (job, stopping) => {
      // First, so that it is half a minute from here: a run with much to do takes its time.
      if (!(job as HalfMinute).half) await queueHalfMinute(db, 'expire_sessions');
      await expireSessions(candidates, { stopping });
    },
    remove_sessions: async () => {
      const { assessmentRetentionDays: days } = config;
      if (days !== undefined) await removeEndedSessions(candidates, days);
    },
    sweep_limits: () => sweepLimits(db),
    tidy_jobs: () => tidyJobs(db),
    sweep_mails: () => sweepMails(delivery),
    seal_events: async () => void (await sealEvents(db, await log.look())),
    keep_events: () => keepMonths({ db, clock }, config.events.retention),
    sweep_revocations: () => sweepRevocations(db, clock.now()),
    [END_SHORT_LIVED]: (job) => endShortLived(job as EndShortLivedJob),
    [TELL_CLIENT]: (job) => tellClient(provider.get(), job as TellClientJob),
    [SEND_MAIL]: (job) => deliverMail(delivery, job as MailJob),
    [TELL_OF_REUSE]: (job) => tellOfReuse(accounts, job as ReuseJob),
    [ANSWER_REQUEST]: (job) => answerRequest(accounts, job as RequestJob),
  };
}
