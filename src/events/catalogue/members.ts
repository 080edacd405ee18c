import { z } from 'zod';

/** Members that many events have. A user’s id is a UUID; an imported user’s of whatever version. */
export const userId = z.string().meta({ description: 'The user’s id: `sub` in tokens' });
/** The same in what is told of candidates’ sign-ins, too. */
export const accountId = z.string().meta({
  description: 'The user’s id, or the candidate’s who came by an invitation: `sub` in tokens',
});
export const clientId = z.string().meta({ description: 'The application’s `client_id`' });
export const time = z.iso.datetime();

/** Ids of the examples. */
export const A_USER = '019abf6e-0c3a-7c1e-9d53-6f0b7a52c001';
export const A_CANDIDATE = '019abf6e-0c3a-7c1e-9d53-6f0b7a52c002';
export const AN_ASSESSMENT_SESSION = '019abf6e-0c3a-7c1e-9d53-6f0b7a52c003';
export const A_MAIL = '019abf6e-0c3a-7c1e-9d53-6f0b7a52c004';
