import type { FetchLike } from '../fetch.js';
import type { AuthResult } from './authResult.js';
import type { Operation } from './errors.js';
import type { FlowEvent } from './events.js';
import type { FlowLane, Turn } from './flowLane.js';
import type { Refusal } from './insufficientScope.js';
import type { ScopeLedger } from './ledger.js';
import type { PendingAuthorizations } from './pendingAuthorizations.js';
import type { OAuthClientProvider, OAuthDiscoveryState } from './provider.js';
import type { OAuthClientInformationMixed } from './schemas.js';
import type { ScopeSources } from './neededScope.js';

/** The options that every authorization takes. */
export interface CommonAuthOptions {
  /** The MCP server: the protected resource. */
  serverUrl: string | URL;
  /** The `resource_metadata` of a challenge. */
  resourceMetadataUrl?: URL;
  fetchFn?: FetchLike;
  /** Accept metadata that names another issuer (RFC 8414 §3.3). **Weakens security**: for servers known to be misconfigured. */
  skipIssuerMetadataValidation?: boolean;
  /** Proceed although metadata does not mention PKCE, as Microsoft Entra ID's does not. */
  allowMissingPkceMetadata?: boolean;
  /** Make a new authorization although there is a refresh token: a refresh cannot widen a grant (RFC 6749 §6). */
  forceReauthorization?: boolean;
  /** Stops the authorization before its next step. A token request under way is completed, lest its tokens be lost. */
  signal?: AbortSignal;
}

/** The options of an authorization that a rejected request, or a callback, calls for. */
export interface FlowOptions extends CommonAuthOptions {
  /** Identifies the flow in events. */
  flow?: string;
  /** The request that was turned away. */
  operation?: Operation;
  /** What its challenge demanded. */
  demand?: Refusal;
  /** How many prompts had been opened when it was sent: it opens no second one beside a later one (R13). */
  openings?: number;
  /** The token that was not enough. */
  rejected?: { readonly token: string | undefined };
  /** The scope that the host names: this is asked for, and nothing else. */
  scope?: string;
  /**
   * Asks whoever decides, before anything is sent, about what would be asked for.
   * @returns the scope to ask for
   */
  approve?: (needed: string | undefined, sent: string | undefined) => Promise<string | undefined>;
  /** Waits for a person: time does not count meanwhile. */
  person?: <T>(wait: () => Promise<T>) => Promise<T>;
  /** Whether somebody still waits for the outcome; without anybody nobody is sent anywhere. */
  isWanted?: () => boolean;
  /** The parameters of an authorization response. */
  response?: URLSearchParams;
  /** Whether the response has a `state` to compare. */
  checkState?: boolean;
  /** When to look whether the resource has moved to another authorization server, although one is known. */
  revalidate?: 'now' | 'before redirect';
  /** What the flow must leave out: anything that disturbs the user, or that while the same server is in charge. */
  only?: 'refresh' | 'if moved';
  onEvent?: (event: FlowEvent) => void;
}

/** One authorization under way: what was found out so far. */
export interface Flow {
  readonly provider: OAuthClientProvider;
  /** The provider as the host knows it. */
  readonly identity: object;
  readonly options: FlowOptions;
  readonly ledger: ScopeLedger;
  readonly lane: FlowLane;
  readonly pending: PendingAuthorizations;
  readonly turn: Turn;
  readonly id: string;
  readonly server: OAuthDiscoveryState;
  /** Whether `server` was known before, so that it may have changed. */
  readonly isRemembered: boolean;
  readonly issuer: string;
  readonly resource: string | undefined;
  readonly sources: ScopeSources;
  /** How many authorizations had brought tokens when it began. */
  readonly authorizations: number;
  /** The last authorization request that storage tells of, for a callback in another process. */
  readonly stored: { readonly scope: string | undefined; readonly issuer: string | undefined };
}

/** A flow that ended without a token, and without disturbing anybody, because it was told to. */
export type FlowOutcome = AuthResult | undefined;

/** Runs a step with the client; once more with a newly registered one when the server does not know the first any more. */
export type WithClient = <T>(step: (client: OAuthClientInformationMixed, isNew: boolean) => Promise<T>) => Promise<T>;
