import { z } from 'zod';

/** What every list is asked for. */
export const paging = {
  limit: z.coerce.number().int().min(1).max(100).default(20).meta({ description: 'How many at once' }),
  cursor: z.string().exactOptional().meta({ description: 'The next_cursor of the page before' }),
};

/** What every list answers with. */
export function pageSchema<Item extends z.ZodType>(item: Item) {
  const next_cursor = z.string().nullable().meta({ description: 'For the next page; null on the last one' });
  return z.strictObject({ items: z.array(item), next_cursor });
}

export interface Page<T> {
  readonly items: readonly T[];
  /** The key of the last item; undefined on the last page. */
  readonly next: string | undefined;
}

/** A page of a list that is short enough to be read whole, in the order of its keys; each item has one of its own. */
export function pageOf<T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { after = '', limit }: { readonly after: string | undefined; readonly limit: number },
): Page<T> {
  const keyed = all.map((item) => ({ item, key: keyOf(item) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const rest = keyed.filter(({ key }) => key > after);
  const page = rest.slice(0, limit);
  return { items: page.map(({ item }) => item), next: rest.length > limit ? page.at(-1)?.key : undefined };
}
