// Where skills and their files are. No scheme is special, and the authority is the first segment of the path: these are
// names of a server, and nothing to resolve. (Skills, Resource Mapping)

const MANIFEST = 'SKILL.md';
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
/** A URI without query and fragment: a scheme with the slashes after it, and a path. */
const HIERARCHICAL = /^([a-z][a-z0-9+.-]*:\/{0,2})([^?#]*)$/i;
/** Characters that are a separator, or the end, to some file system: a host may keep the files in one. */
const SEPARATOR = /[\\/\0]|%(?:2f|5c|00)/i;

interface Location {
  readonly prefix: string;
  readonly segments: readonly string[];
}

function locate(uri: string): Location | undefined {
  const [, prefix, path] = HIERARCHICAL.exec(uri) ?? [];
  return prefix === undefined || path === undefined
    ? undefined
    : { prefix: prefix.toLowerCase(), segments: path.split('/').map(canonical) };
}

/** Returns the one spelling of a segment: only what has to be is percent-encoded (RFC 3986, section 6.2.2). */
function canonical(segment: string): string {
  const escaped = segment.replace(/%(?![\da-f]{2})/gi, '%25');
  try {
    return encodeURIComponent(decodeURIComponent(escaped)).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
  } catch {
    // Bytes that are no UTF-8, and halves of surrogate pairs.
    return escaped.replace(/%[\da-f]{2}/gi, byte => byte.toUpperCase());
  }
}

function isName(segment: string): boolean {
  return segment !== '' && segment !== '.' && segment !== '..' && !SEPARATOR.test(segment);
}

/** The directory of a skill. Its files are known by their paths in it, in one spelling. */
export class SkillDirectory {
  /** The path of the skill's own `SKILL.md`. */
  static readonly manifest = MANIFEST;
  /** Without a slash at the end. */
  readonly uri: string;
  /** The last segment, which has to be the name of the skill. */
  readonly name: string;
  readonly #location: Location;

  private constructor(uri: string, location: Location, name: string) {
    this.uri = uri;
    this.#location = location;
    this.name = name;
  }

  /** Returns the directory of a `SKILL.md`; undefined for a URI that is not of one. */
  static of(uri: string): SkillDirectory | undefined {
    const end = `/${MANIFEST}`;
    if (!uri.endsWith(end) || /\s/.test(uri)) return undefined;
    const directory = uri.slice(0, -end.length);
    const location = locate(directory);
    const name = location?.segments.at(-1);
    if (location === undefined || name === undefined || !isName(name)) return undefined;
    // Before the name there may be empty segments: `file:///` has one.
    if (!location.segments.every(segment => segment === '' || isName(segment))) return undefined;
    return new SkillDirectory(directory, location, decoded(name));
  }

  /** What is the same for every spelling of the same directory. */
  get key(): string {
    return this.#location.prefix + this.#location.segments.join('/');
  }

  /** Returns the path of a file in here; undefined for a URI of anything else. */
  pathOf(uri: string): string | undefined {
    const location = locate(uri);
    return location?.prefix === this.#location.prefix ? this.#within(location.segments) : undefined;
  }

  /**
   * Returns the path that a reference leads to, which is a path from here, as of a file system, or a URI. A fragment is
   * ignored. Undefined when it leads out of here, or to no file (Skills, Relative References).
   */
  resolve(reference: string): string | undefined {
    const [path = ''] = reference.split('#', 1);
    if (ABSOLUTE.test(path)) return this.pathOf(path);
    if (path.startsWith('/')) return undefined;
    const segments = [...this.#location.segments];
    for (const segment of path.split('/').map(canonical)) {
      if (segment === '.') continue;
      if (segment !== '..') segments.push(segment);
      else if (segments.pop() === undefined) return undefined;
    }
    return this.#within(segments);
  }

  #within(segments: readonly string[]): string | undefined {
    const own = this.#location.segments;
    if (!own.every((segment, index) => segment === segments[index])) return undefined;
    const path = segments.slice(own.length);
    return path.length > 0 && path.every(isName) ? path.join('/') : undefined;
  }
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
