import type { OAuthClientProvider } from './provider.js';
import { withoutDamage } from './storedRecords.js';

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as { then?: unknown } | null)?.then === 'function';
}

const tolerant = new WeakMap<OAuthClientProvider, OAuthClientProvider>();

/**
 * Returns the provider with `null`, which storage without an entry likes to answer, and damaged records taken as nothing.
 * It is one object for each provider, so that what is noted about it is found again.
 */
export function tolerantProvider(provider: OAuthClientProvider): OAuthClientProvider {
  let proxy = tolerant.get(provider);
  if (proxy === undefined) tolerant.set(provider, (proxy = proxyFor(provider)));
  return proxy;
}

function proxyFor(provider: OAuthClientProvider): OAuthClientProvider {
  return new Proxy(provider, {
    // The receiver is the provider itself: one with private fields cannot do with a proxy in its place.
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member ?? undefined;
      return (...args: unknown[]) => {
        const answer: unknown = member.apply(target, args);
        return isPromise(answer) ? answer.then(value => withoutDamage(name, value)) : withoutDamage(name, answer);
      };
    }
  });
}
