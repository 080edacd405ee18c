import type { ProblemMembers } from '../kernel/problem.ts';

/** What any route may answer with; what one resource alone says stands with it. */

export const NOT_FOUND = {
  status: 404,
  code: 'not_found',
  title: 'Not found',
  detail: 'There is nothing at this address.',
} satisfies ProblemMembers;

export const METHOD_NOT_ALLOWED = {
  status: 405,
  code: 'method_not_allowed',
  title: 'Method not allowed',
  detail: 'This address is there, but not for this method. Allow says for which.',
} satisfies ProblemMembers;

export const BAD_REQUEST = {
  status: 400,
  code: 'bad_request',
  title: 'Bad request',
  detail: 'The body is not JSON.',
} satisfies ProblemMembers;

export const TOO_LARGE = {
  status: 413,
  code: 'too_large',
  title: 'Too large',
  detail: 'The body is over 64 KiB.',
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

export const INTERNAL_ERROR = {
  status: 500,
  code: 'internal_error',
  title: 'Something went wrong',
  detail: 'The fault is ours, and has been logged.',
} satisfies ProblemMembers;

export const TOO_MANY_REQUESTS = {
  status: 429,
  code: 'too_many_requests',
  title: 'Too many requests',
  detail: 'This was asked for too often, for this address or from this network. Retry-After says for how many seconds.',
} satisfies ProblemMembers;

export const BUSY = {
  status: 503,
  code: 'busy',
  title: 'Busy',
  detail: 'More passwords are being checked than can be at once. Retry-After says when to try again.',
} satisfies ProblemMembers;
