import { bodyOf } from './fetch-document.ts';
import type { FollowSettings } from './follow-settings.ts';

/** The access token that the feed is read with. */
export interface FeedToken {
  /** One that is good for a while yet. */
  current(signal: AbortSignal): Promise<string>;
  /** It was not taken: the next one is another. */
  drop(): void;
}

/** Bytes of a token endpoint's answer. */
const LARGEST = 64 * 1024;
/** Seconds before its end in which a token is used no more, or half of its life where that is shorter. */
const MARGIN = 60;

/** By client_credentials (RFC 6749 §4.4) for `/v1` (RFC 8707), or as the options have it. */
export function feedToken(settings: FollowSettings): FeedToken {
  const { clock, token } = settings;
  let held: { readonly value: string; readonly until: number } | undefined;
  return {
    async current(signal) {
      if (held && clock.now().getTime() < held.until) return held.value;
      const began = clock.now().getTime();
      const { value, life } = token
        ? { value: await token(), life: Number.POSITIVE_INFINITY }
        : await ask(settings, signal);
      held = { value, until: began + (life - Math.min(MARGIN, life / 2)) * 1000 };
      return value;
    },
    drop() {
      held = undefined;
    },
  };
}

async function ask({ issuer, clientId = '', clientSecret = '', fetch }: FollowSettings, signal: AbortSignal) {
  const url = `${issuer}/oauth2/token`;
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: 'revocations:read',
    resource: `${issuer}/v1`,
  });
  const authorization = `Basic ${btoa(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`)}`;
  const headers = { authorization, accept: 'application/json' };
  const response = await fetch(url, { method: 'POST', body, headers, signal, redirect: 'manual' });
  const text = await bodyOf(response, url, LARGEST);
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}${errorIn(text)}`);
  const { access_token, expires_in } = JSON.parse(text) as Readonly<Record<string, unknown>>;
  if (typeof access_token !== 'string' || access_token === '') throw new Error(`${url} gave no token`);
  return { value: access_token, life: typeof expires_in === 'number' ? expires_in : MARGIN };
}

/** Before it is put into `Authorization: Basic` (RFC 6749 §2.3.1). */
const formEncoded = (text: string) => new URLSearchParams({ _: text }).toString().slice(2);

/** The answer's `error`, which says nothing secret. */
function errorIn(text: string): string {
  const [, error] = /"error"\s*:\s*"([a-z_]{1,64})"/.exec(text) ?? [];
  return error ? `: ${error}` : '';
}
