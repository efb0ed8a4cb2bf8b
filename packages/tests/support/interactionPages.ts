import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { InteractionDetails, InteractionResult, Provider } from 'oidc-provider';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** The pages a user sees: a login form, then a consent form on which each scope can be unticked. */
export function interactionPages(provider: Provider, accounts: Readonly<Record<string, string>>): Handler {
  async function submitted(
    form: URLSearchParams,
    details: InteractionDetails
  ): Promise<InteractionResult | { rejected: string }> {
    if (details.prompt.name === 'consent') {
      return form.get('decision') === 'allow'
        ? { consent: { grantId: await saveGrant(provider, details, new Set(form.getAll('scope'))) } }
        : { error: 'access_denied', error_description: 'the user said no' };
    }
    const login = form.get('login') ?? '';
    const password = Object.hasOwn(accounts, login) ? accounts[login] : undefined;
    if (password === undefined || password !== form.get('password')) return { rejected: 'Wrong login or password.' };
    return { login: { accountId: login } };
  }

  async function show(details: InteractionDetails, problem?: string): Promise<string> {
    if (details.prompt.name !== 'consent') return loginPage(problem);
    const client = await provider.Client.find(details.params.client_id);
    return consentPage(client?.clientName ?? details.params.client_id, askedScopes(details));
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const details = await provider.interactionDetails(request, response);
    if (request.method !== 'POST') {
      sendPage(response, 200, await show(details));
      return;
    }
    const result = await submitted(new URLSearchParams(await text(request)), details);
    if ('rejected' in result) {
      sendPage(response, 403, await show(details, result.rejected));
      return;
    }
    const mergeWithLastSubmission = result.consent !== undefined;
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission });
  }

  return (request, response) =>
    handle(request, response).catch((error: unknown) => {
      sendPage(response, 400, page('Sign-in failed', escapeHtml(String(error))));
    });
}

async function saveGrant(
  provider: Provider,
  { params, prompt, session }: InteractionDetails,
  allowed: ReadonlySet<string>
): Promise<string> {
  if (session === undefined) throw new Error('nobody is signed in');
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  for (const scope of prompt.details.missingOIDCScope ?? []) {
    if (allowed.has(scope)) grant.addOIDCScope(scope);
    else grant.rejectOIDCScope(scope);
  }
  for (const [resource, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
    for (const scope of scopes) {
      if (allowed.has(scope)) grant.addResourceScope(resource, scope);
      else grant.rejectResourceScope(resource, scope);
    }
  }
  return grant.save();
}

function askedScopes({ prompt: { details } }: InteractionDetails): string[] {
  return [...(details.missingOIDCScope ?? []), ...Object.values(details.missingResourceScopes ?? {}).flat()];
}

function loginPage(problem = ''): string {
  return page(
    'Sign in',
    `<p>${escapeHtml(problem)}</p>
<form method="post">
<label>Login <input type="text" name="login" required autofocus></label>
<label>Password <input type="password" name="password" required></label>
<button type="submit">Sign in</button>
</form>`
  );
}

function consentPage(clientName: string, scopes: readonly string[]): string {
  const boxes = scopes.map(escapeHtml).map(scope => {
    return `<label><input type="checkbox" name="scope" value="${scope}" checked> ${scope}</label>`;
  });
  return page(
    'Allow access',
    `<p>${escapeHtml(clientName)} asks for:</p>
<form method="post">
${boxes.join('\n')}
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny">Deny</button>
</form>`
  );
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>${title}</title>
<style>body { font: 1rem/1.6 system-ui; margin: 3rem auto; max-width: 24rem } label { display: block }</style>
</head><body><h1>${title}</h1>
${body}
</body></html>`;
}

function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(html);
}

function escapeHtml(value: string): string {
  return value.replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}
