import type { z } from 'zod';

/** What one type of event is, for whoever writes one and whoever reads it. */
export interface Description<Data extends z.ZodObject = z.ZodObject> {
  /** What has happened, in a sentence. */
  readonly summary: string;
  /** Whose id stands in `subject`: events of one subject are delivered in order. */
  readonly subject: 'user' | 'user or candidate' | 'key' | 'candidate' | 'assessment session' | 'mail';
  /** Strict for whoever writes; readers leave aside what they do not know, for a version only grows. */
  readonly data: Data;
  readonly example: z.input<Data>;
  /** Who would use it, and for what. */
  readonly usedBy: string;
}

/** A description, with its example checked by the compiler. */
export const describe = <Data extends z.ZodObject>(description: Description<Data>): Description<Data> => description;
