import type { IncomingMessage } from 'node:http';
import type { TokenVerifier } from './tokenVerifier.js';

export interface ScopePolicy {
  /** What every request needs. */
  readonly connectScope: string;
  /** What an operation needs besides, by its label, such as `tools/list` or `tools/call add_note`. */
  readonly scopes: Readonly<Record<string, string>>;
}

export interface Refusal {
  readonly status: 401 | 403;
  readonly scope: string;
  /** The value of `WWW-Authenticate`. */
  readonly challenge: string;
}

/** What a resource server answers when a token is missing, invalid, or carries too little. */
export class ScopeGate {
  readonly #policy: ScopePolicy;
  readonly #resourceMetadataUrl: string;
  readonly #verifyToken: TokenVerifier;

  constructor(policy: ScopePolicy, resourceMetadataUrl: string, verifyToken: TokenVerifier) {
    this.#policy = policy;
    this.#resourceMetadataUrl = resourceMetadataUrl;
    this.#verifyToken = verifyToken;
  }

  /** RFC 6750 §3 and RFC 9728 §5.1. A 403 names the missing scopes only, never those the token has. */
  async check(request: IncomingMessage, operations: readonly string[]): Promise<Refusal | undefined> {
    const { connectScope, scopes } = this.#policy;
    const token = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (token === undefined) return this.#refuse(401, connectScope);
    const verified = await this.#verifyToken(token);
    if (verified === undefined) return this.#refuse(401, connectScope, 'invalid_token', 'unknown or expired');

    const needed = distinctScopes(connectScope, ...operations.map(operation => scopes[operation]));
    const missing = needed.filter(scope => !verified.scopes.includes(scope)).join(' ');
    if (missing === '') return undefined;
    const description = `${operations.join(', ') || 'this request'} needs ${missing}`;
    return this.#refuse(403, missing, 'insufficient_scope', description);
  }

  #refuse(status: 401 | 403, scope: string, error?: string, description?: string): Refusal {
    const parameters = { error, error_description: description, scope, resource_metadata: this.#resourceMetadataUrl };
    const challenge = Object.entries(parameters)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(', ');
    return { status, scope, challenge: `Bearer ${challenge}` };
  }
}

export function distinctScopes(...scopes: (string | undefined)[]): string[] {
  return [...new Set(scopes.flatMap(scope => scope?.split(' ') ?? []))];
}
