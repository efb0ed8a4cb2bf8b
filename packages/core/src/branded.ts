/**
 * Errors say by an own property which classes they are of, as those of the official packages do. So `instanceof` holds
 * between copies of this package (a process can load its ESM and its CommonJS build side by side), and between it and the
 * official ones.
 */
const BRANDS = Symbol.for('mcp.sdk.errorBrands');

interface BrandedClass {
  /** The name that the errors of a class carry; not inherited. */
  mcpBrand?: string;
}

const brandsOfClasses = new WeakMap<object, ReadonlySet<string>>();

function ownBrand(type: object): string | undefined {
  return Object.hasOwn(type, 'mcpBrand') ? (type as BrandedClass).mcpBrand : undefined;
}

/** Returns the names of a class and its bases. */
function brandsOf(type: object): ReadonlySet<string> {
  let brands = brandsOfClasses.get(type);
  if (brands === undefined) {
    const base = Object.getPrototypeOf(type) as object | null;
    const own = ownBrand(type);
    brands = new Set([...(own === undefined ? [] : [own]), ...(base === null ? [] : brandsOf(base))]);
    brandsOfClasses.set(type, brands);
  }
  return brands;
}

function carries(value: unknown, brand: string): boolean {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, BRANDS)) return false;
  const brands: unknown = Reflect.get(value, BRANDS);
  return typeof (brands as Set<string> | undefined)?.has === 'function' && (brands as Set<string>).has(brand);
}

/** The base of every error class here: names itself, and is recognized across copies of the package. */
export abstract class BrandedError extends Error {
  constructor(message?: string, options?: ErrorOptions) {
    super(message, options);
    Object.defineProperty(this, BRANDS, { value: brandsOf(new.target) });
  }

  static override [Symbol.hasInstance](value: unknown): boolean {
    const brand = ownBrand(this);
    if (brand !== undefined && carries(value, brand)) return true;
    return Function.prototype[Symbol.hasInstance].call(this, value);
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
  Object.defineProperty(type, 'mcpBrand', { value: `mcp.${name}` });
  Object.defineProperty(type.prototype, 'name', { value: name, configurable: true, writable: true });
}
