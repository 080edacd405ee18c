import { z } from 'zod';
import type { User } from '../accounts/index.ts';

const time = z.iso.datetime().meta({ description: 'RFC 3339, UTC' });

/** A user as the API tells of one. */
export const userSchema = z
  .strictObject({
    id: z.uuid(),
    email: z.string(),
    email_verified: z.boolean(),
    name: z.string().nullable(),
    locale: z.string().nullable().meta({ description: 'A language of ours, such as "de"' }),
    status: z.enum(['active', 'disabled']),
    created_at: time,
    updated_at: time,
    last_login_at: time.nullable(),
  })
  .meta({ id: 'User' });

export function told(user: User): z.infer<typeof userSchema> {
  return {
    id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    name: user.name ?? null,
    locale: user.locale ?? null,
    status: user.status,
    created_at: user.createdAt.toISOString(),
    updated_at: user.updatedAt.toISOString(),
    last_login_at: user.lastLoginAt?.toISOString() ?? null,
  };
}
