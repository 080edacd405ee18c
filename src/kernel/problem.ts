/** One thing wrong with a body: where, and what. */
export interface ProblemDetail {
  readonly path: string;
  readonly message: string;
}

/** Members of a problem’s own (RFC 9457 §3.2). */
export type ProblemExtension = Readonly<Record<string, string | number | readonly string[]>>;

/** What a problem says of itself: a constant, where the same is said each time. */
export interface ProblemMembers {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail?: string;
  readonly errors?: readonly ProblemDetail[];
  /** What else a program may want to know; of a constant, an example of it. */
  readonly members?: ProblemExtension;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request that cannot be served, as RFC 9457 tells it. `code` is stable; programs may branch on it. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string | undefined;
  readonly errors: readonly ProblemDetail[] | undefined;
  readonly members: ProblemExtension | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor({ status, code, title, detail, errors, members, headers = {} }: ProblemMembers) {
    super(detail ?? title);
    this.name = 'Problem';
    this.status = status;
    this.code = code;
    this.title = title;
    this.detail = detail;
    this.errors = errors;
    this.members = members;
    this.headers = headers;
  }

  toJSON(correlationId: string | undefined): Record<string, unknown> {
    const { code, title, status, detail, errors, members } = this;
    return {
      type: `urn:gatehouse:problem:${code}`,
      title,
      status,
      detail,
      code,
      correlation_id: correlationId,
      errors,
      ...members,
    };
  }
}

/** What more than one part of the server says. */

export const NOT_FOUND = {
  status: 404,
  code: 'not_found',
  title: 'Not found',
  detail: 'There is nothing at this address.',
} satisfies ProblemMembers;

export const BAD_REQUEST = {
  status: 400,
  code: 'bad_request',
  title: 'Bad request',
  detail: 'We couldn’t read this request.',
} satisfies ProblemMembers;

export const TOO_LARGE = {
  status: 413,
  code: 'too_large',
  title: 'Too large',
  detail: 'This is more than we accept. Send less.',
} satisfies ProblemMembers;

export const INTERNAL_ERROR = {
  status: 500,
  code: 'internal_error',
  title: 'Something went wrong',
  detail: 'The fault is ours, and has been logged. Try again; if it stays, give the correlation id to support.',
} satisfies ProblemMembers;

/** With a `Retry-After`. */
export const BUSY = {
  status: 503,
  code: 'busy',
  title: 'Busy',
  detail: 'More passwords are being checked than can be at once. Retry-After says when to try again.',
} satisfies ProblemMembers;

/** With a `Retry-After`. */
export const UNAVAILABLE = {
  status: 503,
  code: 'unavailable',
  title: 'Unavailable',
  detail: 'A part of the server does not answer just now. Retry-After says when to try again.',
} satisfies ProblemMembers;

/** Silence, or a list as it was, would tell a gateway that nothing has ended since. */
export const LIST_BEHIND = {
  status: 503,
  code: 'list_behind',
  title: 'The list is behind',
  detail: 'This server has not heard from its database, and cannot tell what has ended since. Try again.',
  headers: { 'Retry-After': '1' },
} satisfies ProblemMembers;
