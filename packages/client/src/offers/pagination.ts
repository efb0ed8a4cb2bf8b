import { SdkError, SdkErrorCode } from '@scopeful/core/engine';

/** How many pages a list may have unless `listMaxPages` says otherwise. */
export const DEFAULT_LIST_MAX_PAGES = 64;

/**
 * Fetches a list page by page until there is no next one. A cursor that comes back as the next one ends the list, and so
 * does an empty one: servers send both for "no more".
 * @throws {SdkError} with `ListPaginationExceeded` when there are more than `maxPages` pages; 0 is no limit.
 */
export async function allPages<Page extends { nextCursor?: string }>(
  method: string,
  maxPages: number,
  fetchPage: (cursor: string | undefined) => Promise<Page>
): Promise<[Page, ...Page[]]> {
  const first = await fetchPage(undefined);
  const pages: [Page, ...Page[]] = [first];
  for (let cursor = first.nextCursor; cursor !== undefined && cursor !== '';) {
    if (pages.length === maxPages) {
      const message = `${method} has more than ${maxPages} pages: raise listMaxPages, or pass a cursor to page by hand`;
      throw new SdkError(SdkErrorCode.ListPaginationExceeded, message, { method, maxPages });
    }
    const page = await fetchPage(cursor);
    pages.push(page);
    cursor = page.nextCursor === cursor ? undefined : page.nextCursor;
  }
  return pages;
}
