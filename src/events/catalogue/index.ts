import type { z } from 'zod';
import { accessEvents } from './access.ts';
import { assessmentEvents } from './assessment.ts';
import type { Description } from './describe.ts';
import { emailEvents } from './email.ts';
import { userEvents } from './user.ts';

export type { Description } from './describe.ts';

/**
 * Every type of event there is, by its name. A type's shape only grows within a version: members are added, and none is
 * taken away or means something else. What would have to change gets a new version beside the old one.
 */
export const catalogue = { ...userEvents, ...accessEvents, ...assessmentEvents, ...emailEvents };

export type EventType = keyof typeof catalogue;

export type EventData<Type extends EventType> = z.input<(typeof catalogue)[Type]['data']>;

/** All types with their descriptions, in the order they are told in. */
export const eventTypes = Object.entries(catalogue) as readonly (readonly [EventType, Description])[];

/** Whether a filter means a type: the type itself, or the beginning of one before `*`. */
export const matches = (filter: string, type: string): boolean =>
  filter.endsWith('*') ? type.startsWith(filter.slice(0, -1)) : filter === type;

/** Whether a filter means any type there is: one that does not is a mistake. */
export const isKnownFilter = (filter: string): boolean =>
  /^[a-z.-]+(\.v\d+|\.\*)$|^\*$/.test(filter) && eventTypes.some(([type]) => matches(filter, type));
