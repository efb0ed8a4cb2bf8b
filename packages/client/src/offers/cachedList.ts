import type { JSONRPCNotification, RequestOptions, ResultTypeMap } from '@scopeful/core';
import { allPages } from './pagination.js';
import type { CacheMode, Freshness, ResponseCache } from './responseCache.js';

/** The member of a list's result that holds what is listed. */
const MEMBERS = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates'
} as const;

export type ListMethod = keyof typeof MEMBERS;
type Page<Method extends ListMethod> = ResultTypeMap[Method];

/** Options of a request whose result may be served again. */
export type CacheableRequestOptions = RequestOptions & {
  /** `use` by default. Lists are served whole or not at all: with a cursor this has no effect. */
  cacheMode?: CacheMode;
};

/** What a list is fetched with. */
export interface ListSource<Method extends ListMethod> {
  readonly cache: ResponseCache;
  readonly maxPages: number;
  fetch(params: object | undefined): Promise<Page<Method>>;
  /** Leaves out what cannot be used, before anything is kept. */
  usable(page: Page<Method>): Page<Method>;
}

/** Returns a list that has nothing in it. */
export function emptyList<Method extends ListMethod>(method: Method): Page<Method> {
  return { [MEMBERS[method]]: [] } as unknown as Page<Method>;
}

/** Returns a whole list, from the cache where that may be, or one page of it when there is a cursor. */
export async function list<Method extends ListMethod>(
  source: ListSource<Method>,
  method: Method,
  params: { cursor?: string } | undefined,
  options: CacheableRequestOptions | undefined
): Promise<Page<Method>> {
  if (params?.cursor !== undefined) return source.usable(await source.fetch(params));
  const { cache } = source;
  const mode = options?.cacheMode ?? 'use';
  const held = mode === 'use' ? ((await cache.read(method)) as Page<Method> | undefined) : undefined;
  if (held !== undefined) return source.usable(held);
  const generation = cache.generation(method);
  const pages = await allPages(method, source.maxPages, cursor =>
    source.fetch(cursor === undefined ? params : { ...params, cursor })
  );
  const whole = source.usable(joined(method, pages));
  if (mode !== 'bypass') await cache.write(method, '', whole, generation, freshnessOf(pages as Freshness[]));
  return whole;
}

function joined<Method extends ListMethod>(method: Method, pages: [Page<Method>, ...Page<Method>[]]): Page<Method> {
  const [first] = pages;
  // The very page where there is one: a list can be long.
  if (pages.length === 1 && first.nextCursor === undefined) return first;
  const member = MEMBERS[method] as keyof Page<Method>;
  return { ...first, [member]: pages.flatMap(page => page[member] as unknown[]), nextCursor: undefined };
}

/** The whole holds no longer than any of its pages, and is for no more people. */
function freshnessOf(pages: readonly Freshness[]): Freshness {
  const [first = {}, ...others] = pages;
  if (others.length === 0) return first;
  const isPublic = pages.every(({ cacheScope }) => cacheScope === 'public');
  const ttls = pages.map(({ ttlMs }) => (typeof ttlMs === 'number' ? ttlMs : 0));
  const isSilent = pages.every(({ ttlMs }) => ttlMs === undefined);
  return { ttlMs: isSilent ? undefined : Math.min(...ttls), cacheScope: isPublic ? 'public' : 'private' };
}

/** Drops what a notification says has changed. */
export function evictChanged(cache: ResponseCache, { method, params }: JSONRPCNotification): void {
  switch (method) {
    case 'notifications/tools/list_changed':
      cache.evict('tools/list');
      break;
    case 'notifications/prompts/list_changed':
      cache.evict('prompts/list');
      break;
    case 'notifications/resources/list_changed':
      cache.evict('resources/list');
      cache.evict('resources/templates/list');
      break;
    case 'notifications/resources/updated':
      if (typeof params?.['uri'] === 'string') cache.evict('resources/read', params['uri']);
      break;
    default:
  }
}
