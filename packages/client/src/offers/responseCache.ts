import type { MaybePromise } from '@scopeful/core';
import { asError } from '@scopeful/core/engine';
import type { ServerFacts } from '../session/session.js';

/** Who may be served a result again: everyone, or those with the same credentials. */
export type CacheScope = 'public' | 'private';
/** `use` serves what is fresh, `refresh` always asks, and `bypass` asks and keeps nothing. */
export type CacheMode = 'use' | 'refresh' | 'bypass';

/** Where a result is kept. `params` is the URI of `resources/read`; a missing member is the empty string. */
export interface CacheKey {
  readonly method: string;
  readonly params?: string;
  readonly partition?: string;
}

/** A result that is kept. `value` is its JSON, `expiresAt` in milliseconds since the epoch, `stamp` counts the writes. */
export interface CacheEntry {
  readonly value: string;
  readonly stamp: number;
  readonly expiresAt?: number;
  readonly scope?: CacheScope;
}

/** Keeps results. What is fresh, and for whom, the client decides. */
export interface ResponseCacheStore {
  get(key: CacheKey): MaybePromise<CacheEntry | undefined>;
  /** Returns the stamp of the entry. */
  set(key: CacheKey, entry: { value: string; expiresAt?: number; scope?: CacheScope }): MaybePromise<number>;
  delete(key: CacheKey): MaybePromise<void>;
  /** Drops every entry of a method. */
  evict(method: string): MaybePromise<void>;
  clear(): MaybePromise<void>;
}

export interface InMemoryResponseCacheStoreOptions {
  /** How many `resources/read` results are kept, the oldest going first; 512 by default, and 0 is no limit. */
  maxEntries?: number;
}

const DEFAULT_MAX_ENTRIES = 512;

/** The one method whose results are as many as the server has resources. */
const UNBOUNDED_METHOD = 'resources/read';

/** Keeps results in memory. */
export class InMemoryResponseCacheStore implements ResponseCacheStore {
  private readonly _maxEntries: number;
  /** By method, and then by the rest of the key. */
  private readonly _entries = new Map<string, Map<string, CacheEntry>>();
  private _stamp = 0;

  constructor(options?: InMemoryResponseCacheStoreOptions) {
    this._maxEntries = options?.maxEntries ?? DEFAULT_MAX_ENTRIES;
  }

  /** How many results are kept. */
  get size(): number {
    let size = 0;
    for (const entries of this._entries.values()) size += entries.size;
    return size;
  }

  /**
   * Looks a result up.
   * @param key where it was kept
   * @returns the entry, fresh or not; undefined when there is none
   */
  get(key: CacheKey): CacheEntry | undefined {
    return this._entries.get(key.method)?.get(addressOf(key));
  }

  /**
   * Keeps a result, in place of the one that was kept there.
   * @param key where to keep it
   * @param entry its JSON, when it expires (in milliseconds since the epoch), and whom it may be served to
   * @returns the stamp of the entry: how many results have been kept so far
   */
  set(key: CacheKey, entry: { value: string; expiresAt?: number; scope?: CacheScope }): number {
    const entries = this._entries.get(key.method) ?? new Map<string, CacheEntry>();
    this._entries.set(key.method, entries);
    const address = addressOf(key);
    // Anew, so that the order is that of the writes.
    entries.delete(address);
    if (key.method === UNBOUNDED_METHOD && this._maxEntries > 0 && entries.size >= this._maxEntries) {
      const [oldest] = entries.keys();
      if (oldest !== undefined) entries.delete(oldest);
    }
    entries.set(address, { ...entry, stamp: ++this._stamp });
    return this._stamp;
  }

  /**
   * Drops a result.
   * @param key where it is kept
   */
  delete(key: CacheKey): void {
    this._entries.get(key.method)?.delete(addressOf(key));
  }

  /**
   * Drops every result of a method.
   * @param method of MCP
   */
  evict(method: string): void {
    this._entries.delete(method);
  }

  /** Drops all results. */
  clear(): void {
    this._entries.clear();
  }
}

function addressOf({ params = '', partition = '' }: CacheKey): string {
  return JSON.stringify([partition, params]);
}

/** The longest time that a result is served again, whatever the server says: a day, in milliseconds. */
export const MAX_CACHE_TTL_MS = 86_400_000;

/** What a server says about how long its result holds (2026-07-28, Caching). */
export interface Freshness {
  readonly ttlMs?: unknown;
  readonly cacheScope?: unknown;
}

export interface ResponseCacheOptions {
  /** The user's store, which others may share; undefined for one of our own. */
  readonly store: ResponseCacheStore | undefined;
  readonly partition: string;
  /** Milliseconds for results that do not say how long they hold. */
  readonly defaultTtlMs: number;
  readonly onerror: (error: Error) => void;
}

const servedAgain = new WeakSet<object>();

/** Tells whether a result is one that was kept, and not the answer to a request. */
export function isServedAgain(result: object): boolean {
  return servedAgain.has(result);
}

/** The results of one server that may be served again. A store that fails is reported, and costs no request. */
export class ResponseCache {
  readonly #options: ResponseCacheOptions;
  readonly #store: ResponseCacheStore;
  /** Whether there can be anything: most servers have never said that a result holds. */
  #used: boolean;
  #server = '';
  /** How often a method's results have been found wrong; a result asked for before that is not kept. */
  readonly #generations = new Map<string, number>();

  constructor(options: ResponseCacheOptions) {
    this.#options = options;
    this.#store = options.store ?? new InMemoryResponseCacheStore();
    this.#used = options.store !== undefined;
  }

  /** From now on, the results are those of this server. */
  begin({ serverInfo }: ServerFacts, sessionId: string | undefined): void {
    // Without a name there is nothing to know the server by in a later connection.
    this.#server =
      serverInfo === undefined
        ? `session:${sessionId ?? crypto.randomUUID()}`
        : `server:${JSON.stringify([serverInfo.name, serverInfo.version])}`;
  }

  generation(method: string): number {
    return this.#generations.get(method) ?? 0;
  }

  /** Returns a result that is still fresh. Each call parses it anew, so that the caller owns it. */
  async read(method: string, params = ''): Promise<object | undefined> {
    if (!this.#used) return undefined;
    return (
      (await this.#readFrom(method, params, this.#private)) ?? (await this.#readFrom(method, params, this.#public))
    );
  }

  /** Keeps a result, if it says for how long it holds, and no change was heard of since `generation`. */
  async write(
    method: string,
    params: string,
    result: object,
    generation: number,
    { ttlMs, cacheScope }: Freshness = result
  ): Promise<void> {
    const ttl = typeof ttlMs === 'number' ? ttlMs : this.#options.defaultTtlMs;
    // NaN too.
    if (!(ttl > 0) || generation !== this.generation(method)) return;
    this.#used = true;
    const scope = cacheScope === 'public' ? 'public' : 'private';
    const entry = {
      value: JSON.stringify(result),
      expiresAt: Date.now() + Math.min(ttl, MAX_CACHE_TTL_MS),
      scope
    } as const;
    const partition = scope === 'public' ? this.#public : this.#private;
    await this.#guard(() => this.#store.set({ method, params, partition }, entry));
  }

  /** The results are wrong from now on. */
  evict(method: string, params = ''): void {
    this.#generations.set(method, this.generation(method) + 1);
    if (!this.#used) return;
    for (const partition of new Set([this.#private, this.#public])) {
      void this.#guard(() => this.#store.delete({ method, params, partition }));
    }
  }

  async #readFrom(method: string, params: string, partition: string): Promise<object | undefined> {
    const entry = await this.#guard(() => this.#store.get({ method, params, partition }));
    if (entry === undefined || Date.now() >= (entry.expiresAt ?? 0)) return undefined;
    // What is private to nobody in particular lies beside what is public.
    if (partition !== this.#private && entry.scope !== 'public') return undefined;
    return this.#guard(() => {
      const result = JSON.parse(entry.value) as object;
      servedAgain.add(result);
      return result;
    });
  }

  async #guard<T>(run: () => MaybePromise<T>): Promise<T | undefined> {
    try {
      return await run();
    } catch (error) {
      this.#options.onerror(asError(error));
      return undefined;
    }
  }

  // As JSON, so that no name that a server gives itself reaches into the place of another.
  get #private(): string {
    return JSON.stringify([this.#server, this.#options.partition]);
  }

  get #public(): string {
    return JSON.stringify([this.#server, '']);
  }
}
