import type { ApiParts } from './parts.ts';
import { person } from './person.ts';
import { type Route, route } from './route.ts';
import { told, userSchema } from './user.ts';

/** `GET /v1/me`: the account of the person whose token it is. */
export function meRoutes(parts: ApiParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/me',
      group: 'Accounts',
      summary: 'The caller’s account',
      description: 'With an access token of a person, that a first-party client asked for with this API as resource.',
      access: person(parts),
      answer: { status: 200, description: 'As it is now', schema: userSchema },
      handle: async ({ caller }) => told(caller),
    }),
  ];
}
