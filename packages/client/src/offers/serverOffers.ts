import type {
  CallToolRequest,
  CallToolResult,
  JSONRPCNotification,
  ListToolsResult,
  ReadResourceRequest,
  ReadResourceResult,
  RequestOptions,
  ResultTypeMap
} from '@scopeful/core';
import type { ClientOptions } from '../clientOptions.js';
import { type CacheableRequestOptions, evictChanged, list, type ListMethod } from './cachedList.js';
import { DEFAULT_LIST_MAX_PAGES } from './pagination.js';
import { ResponseCache } from './responseCache.js';
import type { Session } from '../session/session.js';
import { type CallToolRequestOptions, Tools } from './toolCalls.js';

/** Sends a request of a known method. */
type Request = <Method extends ListMethod | 'resources/read' | 'tools/call'>(
  request: { method: Method; params?: object },
  options?: RequestOptions
) => Promise<ResultTypeMap[Method]>;

/** What is known of what a server has to offer: its lists, its tools, and the results that may be served again. */
export class Catalog {
  readonly #cache: ResponseCache;
  readonly #tools: Tools;
  readonly #maxPages: number;
  readonly #request: Request;

  constructor(options: ClientOptions, request: Request, onerror: (error: Error) => void) {
    this.#request = request;
    this.#maxPages = options.listMaxPages ?? DEFAULT_LIST_MAX_PAGES;
    this.#tools = new Tools(options.jsonSchemaValidator, onerror);
    this.#cache = new ResponseCache({
      store: options.responseCacheStore,
      partition: options.cachePartition ?? '',
      defaultTtlMs: options.defaultCacheTtlMs ?? 0,
      onerror
    });
  }

  /** A connection begins. One that goes on with an earlier session still has its tools. */
  begin({ server }: Session, sessionId: string | undefined, resumes: boolean): void {
    if (!resumes) this.#tools.forget();
    this.#cache.begin(server, sessionId);
  }

  onnotification(notification: JSONRPCNotification): void {
    evictChanged(this.#cache, notification);
    if (notification.method === 'notifications/tools/list_changed') this.#tools.forget();
  }

  list<Method extends ListMethod>(
    session: Session,
    method: Method,
    params: { cursor?: string } | undefined,
    options: CacheableRequestOptions | undefined
  ): Promise<ResultTypeMap[Method]> {
    type Page = ResultTypeMap[Method];
    const remembers = options?.cacheMode !== 'bypass';
    const usable = (page: Page): Page =>
      method === 'tools/list' ? (this.#tools.usable(session, page as ListToolsResult, remembers) as Page) : page;
    const fetch = (pageParams: object | undefined): Promise<Page> =>
      this.#request({ method, params: pageParams }, options);
    return list({ cache: this.#cache, maxPages: this.#maxPages, fetch, usable }, method, params, options);
  }

  async readResource(
    session: Session,
    params: ReadResourceRequest['params'],
    options: CacheableRequestOptions | undefined
  ): Promise<ReadResourceResult> {
    const method = 'resources/read';
    // With input the result answers more than the URI (2026-07-28, Cache Key).
    const hasInput = 'inputResponses' in params || 'requestState' in params;
    const mode = hasInput ? 'bypass' : (options?.cacheMode ?? 'use');
    const held = mode === 'use' ? await this.#cache.read(method, params.uri) : undefined;
    if (held !== undefined) return held as ReadResourceResult;
    const generation = this.#cache.generation(method);
    const result = await this.#request({ method, params }, options);
    const keeps = mode !== 'bypass' && session.isCacheable(result);
    if (keeps) await this.#cache.write(method, params.uri, result, generation);
    return result;
  }

  callTool(
    session: Session,
    params: CallToolRequest['params'],
    options: CallToolRequestOptions | undefined
  ): Promise<CallToolResult> {
    const caller = {
      request: (callParams: object, callOptions: RequestOptions | undefined) =>
        this.#request({ method: 'tools/call', params: callParams }, callOptions),
      refresh: (listOptions: RequestOptions | undefined) =>
        this.list(session, 'tools/list', undefined, { ...listOptions, cacheMode: 'refresh' })
    };
    return this.#tools.call(session, caller, params, options);
  }
}
