import type { ProblemMembers } from '../kernel/problem.ts';

/** What any route may answer with, besides what the whole server says (`kernel/problem.ts`); what one resource alone says stands with it. */

export const METHOD_NOT_ALLOWED = {
  status: 405,
  code: 'method_not_allowed',
  title: 'Method not allowed',
  detail: 'This address is there, but not for this method. Allow says for which.',
} satisfies ProblemMembers;

export const INVALID_BODY = {
  status: 422,
  code: 'invalid_body',
  title: 'This body won’t do',
  detail: 'See errors for each member.',
} satisfies ProblemMembers;

export const INVALID_QUERY = {
  status: 400,
  code: 'invalid_query',
  title: 'This query won’t do',
  detail: 'See errors for each parameter.',
} satisfies ProblemMembers;

export const TOO_MANY_REQUESTS = {
  status: 429,
  code: 'too_many_requests',
  title: 'Too many requests',
  detail: 'This was asked for too often, for this address or from this network. Retry-After says for how many seconds.',
} satisfies ProblemMembers;
