/** The job that tells one application, at its `backchannel_logout_uri`, that somebody's session has ended. */
export const TELL_CLIENT = 'tell_client';

/** With the worker's growing pauses (e^tries seconds), an application that was away for two hours still hears of it. */
export const TELL_ATTEMPTS = 10;

/** What the job is queued with; `sid` is the session as that application knows it (OIDC Back-Channel Logout 1.0 §2.4). */
export interface TellClientJob {
  readonly client_id: string;
  readonly sub: string;
  readonly sid: string;
}
