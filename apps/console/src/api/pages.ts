/**
 * Lists that are read page by page. A page of the api may be empty although more follow (it has looked at as many entries
 * as it may): then the next one is read at once, a bounded number of times.
 */
import { infiniteQueryOptions, type InfiniteData, type QueryKey } from '@tanstack/react-query';
import { call, type Query } from './call';

/** Empty pages passed over before what is there is shown, with the button for more. */
const EMPTY_PAGES = 20;
export const PAGE_SIZE = 50;

interface WithCursor {
  readonly cursor: string | null;
}

export function pagesOf<Page extends WithCursor>(
  key: QueryKey,
  path: string,
  rows: (page: Page) => readonly unknown[],
  query: Query = {},
) {
  return infiniteQueryOptions({
    queryKey: key,
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page) => page.cursor,
    queryFn: async ({ pageParam, signal }) => {
      let cursor = pageParam;
      for (let turn = 0; ; turn++) {
        const page = await call<Page>('GET', path, { query: { limit: PAGE_SIZE, ...query, cursor }, signal });
        if (rows(page).length > 0 || page.cursor === null || turn === EMPTY_PAGES) return page;
        cursor = page.cursor;
      }
    },
  });
}

export function allRows<Page, Row>(data: InfiniteData<Page>, rows: (page: Page) => readonly Row[]): Row[] {
  return data.pages.flatMap(rows);
}
