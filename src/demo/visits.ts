import { LRUCache } from 'lru-cache';
import type { Context } from '../http/index.ts';
import type { TextKey } from '../i18n/index.ts';
import { randomToken } from '../kernel/ids.ts';
import type { DemoSession, Pending } from './relying-party.ts';

/** What a demo application knows of one browser. */
export interface Visit {
  /** Sign-ins under way, by state: people have several tabs, and a back button. */
  readonly pending: LRUCache<string, Pending>;
  session?: DemoSession;
  /** These are shown once, on the next page. */
  notice?: TextKey;
  api?: { status: number; body: string };
  refreshed?: boolean;
}

/** Visits live in memory, found by a cookie of the application's own, as in any application. */
export function createVisits(cookie: string, path: string): (ctx: Context) => Visit {
  const visits = new LRUCache<string, Visit>({ max: 1000 });
  return (ctx) => {
    const id = ctx.cookies.get(cookie, { signed: false });
    const known = id && visits.get(id);
    if (known) return known;
    const visit: Visit = { pending: new LRUCache<string, Pending>({ max: 20 }) };
    const fresh = randomToken();
    visits.set(fresh, visit);
    ctx.cookies.set(cookie, fresh, { httpOnly: true, sameSite: 'lax', path, signed: false });
    return visit;
  };
}
