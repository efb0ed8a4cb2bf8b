import { asError } from '@scopeful/core/engine';
import type {
  JSONRPCNotification,
  Prompt,
  Resource,
  ServerCapabilities,
  SubscriptionFilter,
  Tool
} from '@scopeful/core';

/** Told of a changed list: its items, or null without `autoRefresh`, or why they could not be fetched. */
export type ListChangedCallback<T> = (error: Error | null, items: T[] | null) => void;

/** What to do when a list changes. */
export type ListChangedOptions<T> = {
  /** Fetches the list before `onChanged` is called. True by default. */
  autoRefresh?: boolean;
  /** Milliseconds without a further change to wait for, 300 by default; 0 does not wait. */
  debounceMs?: number;
  onChanged: ListChangedCallback<T>;
};

/** What to do when the lists of a server change. Only those are listened to that the server says it tells. */
export type ListChangedHandlers = {
  tools?: ListChangedOptions<Tool>;
  prompts?: ListChangedOptions<Prompt>;
  resources?: ListChangedOptions<Resource>;
};

const DEFAULT_DEBOUNCE = 300;

type Kind = keyof ListChangedHandlers;

const KINDS = new Map<string, Kind>([
  ['notifications/tools/list_changed', 'tools'],
  ['notifications/prompts/list_changed', 'prompts'],
  ['notifications/resources/list_changed', 'resources']
]);

/** How each list is fetched. */
export type Refresh = { [Each in Kind]: () => Promise<unknown[]> };

/** Watches for changed lists on one connection. Owns the timers until `stop`. */
export class ListChanges {
  readonly #handlers: ListChangedHandlers;
  readonly #capabilities: ServerCapabilities;
  readonly #refresh: Refresh;
  readonly #onerror: (error: Error) => void;
  readonly #timers = new Map<Kind, ReturnType<typeof setTimeout>>();
  #stopped = false;

  constructor(
    handlers: ListChangedHandlers,
    capabilities: ServerCapabilities | undefined,
    refresh: Refresh,
    onerror: (error: Error) => void
  ) {
    this.#handlers = handlers;
    this.#capabilities = capabilities ?? {};
    this.#refresh = refresh;
    this.#onerror = onerror;
  }

  /** What to subscribe to, where changes have to be; undefined for nothing. */
  get filter(): SubscriptionFilter | undefined {
    const filter: SubscriptionFilter = {};
    if (this.#handles('tools')) filter.toolsListChanged = true;
    if (this.#handles('prompts')) filter.promptsListChanged = true;
    if (this.#handles('resources')) filter.resourcesListChanged = true;
    return Object.keys(filter).length === 0 ? undefined : filter;
  }

  onnotification({ method }: JSONRPCNotification): void {
    const kind = KINDS.get(method);
    if (kind === undefined || !this.#handles(kind)) return;
    const { debounceMs = DEFAULT_DEBOUNCE } = this.#handlers[kind] ?? {};
    clearTimeout(this.#timers.get(kind));
    if (debounceMs <= 0) void this.#changed(kind);
    else
      this.#timers.set(
        kind,
        setTimeout(() => void this.#changed(kind), debounceMs)
      );
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #handles(kind: Kind): boolean {
    return this.#handlers[kind] !== undefined && this.#capabilities[kind]?.listChanged === true;
  }

  async #changed(kind: Kind): Promise<void> {
    this.#timers.delete(kind);
    const { autoRefresh = true, onChanged } = this.#handlers[kind] as ListChangedOptions<unknown>;
    const [error, items] = autoRefresh ? await this.#fetched(kind) : [null, null];
    if (this.#stopped) return;
    try {
      onChanged(error, items);
    } catch (thrown) {
      this.#onerror(asError(thrown));
    }
  }

  async #fetched(kind: Kind): Promise<[Error, null] | [null, unknown[]]> {
    try {
      return [null, await this.#refresh[kind]()];
    } catch (error) {
      return [asError(error), null];
    }
  }
}
