/** Lists that come in pages: all of them, one after the other, as an async iterator. Pages are fetched as they are needed. */

/** Of a page. */
export interface PageOptions {
  /** The `cursor` of the page before. */
  readonly cursor?: string;
  /** How many at most. */
  readonly limit?: number;
}

interface Page {
  readonly cursor: string | null;
}

/** A page may be empty although more follow, so only the cursor ends it. */
export async function* everything<Found extends Page, Item>(
  fetchPage: (cursor: string | undefined) => Promise<Found>,
  itemsOf: (page: Found) => readonly Item[],
): AsyncGenerator<Item, void, undefined> {
  let page = await fetchPage(undefined);
  yield* itemsOf(page);
  while (page.cursor !== null) {
    page = await fetchPage(page.cursor);
    yield* itemsOf(page);
  }
}

/** The options of a page that begins there. */
export function from<Options extends PageOptions>(options: Options, cursor: string | undefined): Options {
  return cursor === undefined ? options : { ...options, cursor };
}
