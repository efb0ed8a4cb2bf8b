interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly hostname: string;
  readonly path: string;
}

/** Cookies as a browser keeps them: per host name and path, whatever the port. */
export class CookieJar {
  readonly #cookies = new Map<string, Cookie>();

  store(url: URL, headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributeTexts] = line.split(';').map(part => part.trim());
      const attributes = new Map(attributeTexts.map(attribute => splitAtEquals(attribute.toLowerCase())));
      const path = /path=([^;]*)/i.exec(line)?.[1] ?? '/';
      const [name, value] = splitAtEquals(pair);
      const key = `${name} ${url.hostname} ${path}`;
      if (hasExpired(attributes)) this.#cookies.delete(key);
      else this.#cookies.set(key, { name, value, hostname: url.hostname, path });
    }
  }

  header(url: URL): string {
    return [...this.#cookies.values()]
      .filter(cookie => cookie.hostname === url.hostname && matchesPath(url.pathname, cookie.path))
      .map(cookie => `${cookie.name}=${cookie.value}`)
      .join('; ');
  }
}

function splitAtEquals(text: string): [string, string] {
  const [name = '', ...value] = text.split('=');
  return [name, value.join('=')];
}

function hasExpired(attributes: ReadonlyMap<string, string>): boolean {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined) return Number(maxAge) <= 0;
  const expires = attributes.get('expires');
  return expires !== undefined && Date.parse(expires) <= Date.now();
}

/** RFC 6265 §5.1.4. */
function matchesPath(requestPath: string, cookiePath: string): boolean {
  if (requestPath === cookiePath) return true;
  return requestPath.startsWith(cookiePath.endsWith('/') ? cookiePath : `${cookiePath}/`);
}
