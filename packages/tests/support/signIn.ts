import { DEFAULT_ACCOUNT } from './authorizationServer.js';
import { CookieJar } from './cookieJar.js';
import { parseForm, type HtmlForm } from './htmlForm.js';

export interface SignInOptions {
  login?: string;
  password?: string;
  /** Scopes to untick on the consent page, separated by spaces. */
  untick?: string;
  /** Refuses on the consent page. */
  deny?: boolean;
  /** Hand the same jar to a later call to stay signed in. */
  cookies?: CookieJar;
}

const MAXIMUM_HOPS = 20;

/** Plays the user's browser: opens an authorization URL, fills the forms, and returns the callback URL it is sent to. */
export async function signIn(authorizationUrl: URL | string, options: SignInOptions = {}): Promise<URL> {
  const cookies = options.cookies ?? new CookieJar();
  const start = new URL(authorizationUrl);
  const redirectUri = start.searchParams.get('redirect_uri');
  if (redirectUri === null) throw new Error('sign-in: the authorization URL has no redirect_uri');

  let request: { url: URL; body?: URLSearchParams } = { url: start };
  let previousForm = '';
  for (let hop = 0; hop < MAXIMUM_HOPS; hop += 1) {
    const { url, body } = request;
    const response = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      redirect: 'manual',
      headers: { accept: 'text/html', cookie: cookies.header(url) },
      ...(body !== undefined && { body })
    });
    cookies.store(url, response.headers);

    const location = response.headers.get('location');
    const html = await response.text();
    if (location !== null) {
      const target = new URL(location, url);
      if (isSameEndpoint(target, new URL(redirectUri))) return target;
      request = { url: target };
      continue;
    }

    const form = parseForm(html);
    if (form === undefined) throw pageError('no form and no redirect', url, response, html);
    // A form that comes back unchanged was not accepted; a consent page differs from the login page before it.
    const fieldNames = form.fields.map(field => field.name).join(' ');
    if (body !== undefined && fieldNames === previousForm) throw pageError('the form came back', url, response, html);
    previousForm = fieldNames;
    request = submission(form, url, options);
  }
  throw new Error(`sign-in: still not back at the client after ${MAXIMUM_HOPS} requests`);
}

function submission(form: HtmlForm, page: URL, options: SignInOptions): { url: URL; body?: URLSearchParams } {
  const untick = new Set(options.untick?.split(' '));
  const values = new URLSearchParams();
  const button = form.fields.filter(field => field.type === 'submit').at(options.deny === true ? -1 : 0);
  for (const field of form.fields) {
    const { name, type, value, checked } = field;
    if (name === '') continue;
    if (type === 'password') values.append(name, options.password ?? DEFAULT_ACCOUNT.password);
    else if (type === 'text' || type === 'email') values.append(name, options.login ?? DEFAULT_ACCOUNT.login);
    else if (type === 'checkbox' || type === 'radio') {
      if (checked && !untick.has(value)) values.append(name, value);
    } else if (type !== 'submit' || field === button) values.append(name, value);
  }
  const url = new URL(form.action ?? '', page);
  if (form.method === 'POST') return { url, body: values };
  url.search = values.toString();
  return { url };
}

function isSameEndpoint(left: URL, right: URL): boolean {
  return left.origin === right.origin && left.pathname === right.pathname;
}

/** Names the page without its query, which may hold a code or a state. */
function pageError(problem: string, url: URL, response: Response, html: string): Error {
  const words = html
    .replace(/<style[\s\S]*?<\/style>|<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  return new Error(`sign-in: ${problem} at ${url.origin}${url.pathname} (HTTP ${response.status}): ${words}`);
}
