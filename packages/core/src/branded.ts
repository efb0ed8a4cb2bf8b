/**
 * `instanceof` that also holds between copies of this package: a process can load the ESM and the CommonJS build side
 * by side, and an error made by one has to be caught by code that imported the other.
 */
const brand = Symbol.for('scopeful.brand');

interface BrandedPrototype {
  [brand]?: string;
}

function brandOf(type: { prototype: unknown }): string | undefined {
  const prototype = type.prototype as BrandedPrototype;
  return Object.hasOwn(prototype, brand) ? prototype[brand] : undefined;
}

function carriesBrand(value: unknown, name: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (let p = Object.getPrototypeOf(value) as BrandedPrototype | null; p !== null;) {
    if (Object.hasOwn(p, brand) && p[brand] === name) return true;
    p = Object.getPrototypeOf(p) as BrandedPrototype | null;
  }
  return false;
}

/** The base of every error class here: names itself, and is recognized across copies of the package. */
export abstract class BrandedError extends Error {
  static override [Symbol.hasInstance](value: unknown): boolean {
    const name = brandOf(this);
    return name === undefined ? Function.prototype[Symbol.hasInstance].call(this, value) : carriesBrand(value, name);
  }

  /**
   * Tells whether `value instanceof this`, as a predicate. Call it on the class: `error => SdkError.isInstance(error)`.
   */
  static isInstance<T extends abstract new (...args: never[]) => unknown>(
    this: T,
    value: unknown
  ): value is InstanceType<T> {
    return value instanceof this;
  }
}

/** Gives an error class its `name` and its brand. */
export function branded(type: { prototype: Error }, name: string): void {
  // Bundlers rename classes, and a console shows the name of the class.
  Object.defineProperty(type, 'name', { value: name });
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
  Object.defineProperty(type.prototype, brand, { value: name });
}
