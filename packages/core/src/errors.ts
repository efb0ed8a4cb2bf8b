import { BrandedError, branded } from './branded.js';
import type { ElicitRequestURLParams } from './model/elicitation.js';
import type { ClientCapabilities } from './model/lifecycle.js';

/** What went wrong locally; these never cross the wire. Names and values are those of `@modelcontextprotocol/client`. */
export enum SdkErrorCode {
  NotConnected = 'NOT_CONNECTED',
  AlreadyConnected = 'ALREADY_CONNECTED',
  NotInitialized = 'NOT_INITIALIZED',
  CapabilityNotSupported = 'CAPABILITY_NOT_SUPPORTED',
  RequestTimeout = 'REQUEST_TIMEOUT',
  ConnectionClosed = 'CONNECTION_CLOSED',
  SendFailed = 'SEND_FAILED',
  /** A result that does not fit its schema. */
  InvalidResult = 'INVALID_RESULT',
  UnsupportedResultType = 'UNSUPPORTED_RESULT_TYPE',
  InputRequiredRoundsExceeded = 'INPUT_REQUIRED_ROUNDS_EXCEEDED',
  /** A list had more pages than `listMaxPages`. */
  ListPaginationExceeded = 'LIST_PAGINATION_EXCEEDED',
  MethodNotSupportedByProtocolVersion = 'METHOD_NOT_SUPPORTED_BY_PROTOCOL_VERSION',
  EraNegotiationFailed = 'ERA_NEGOTIATION_FAILED',
  /** An HTTP status that no other code names. */
  ClientHttpNotImplemented = 'CLIENT_HTTP_NOT_IMPLEMENTED',
  /** HTTP 401 that authorization could not cure. */
  ClientHttpAuthentication = 'CLIENT_HTTP_AUTHENTICATION',
  /** HTTP 403 that is not a scope challenge. */
  ClientHttpForbidden = 'CLIENT_HTTP_FORBIDDEN',
  /** A body of a media type the protocol does not use, or one that does not parse. */
  ClientHttpUnexpectedContent = 'CLIENT_HTTP_UNEXPECTED_CONTENT',
  ClientHttpFailedToOpenStream = 'CLIENT_HTTP_FAILED_TO_OPEN_STREAM',
  ClientHttpFailedToTerminateSession = 'CLIENT_HTTP_FAILED_TO_TERMINATE_SESSION'
}

/** A local failure of the SDK. `code` is stable; `cause` keeps what was underneath. */
export class SdkError extends BrandedError {
  readonly code: SdkErrorCode;
  readonly data?: unknown;

  constructor(code: SdkErrorCode, message: string, data?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}
branded(SdkError, 'SdkError');

/** What an {@link SdkHttpError} knows of the response. */
export interface SdkHttpErrorData {
  status: number;
  statusText?: string;
  [key: string]: unknown;
}

/** An HTTP response that the transport cannot use. `data.text` holds the body, at most 64 KiB of it. */
export class SdkHttpError extends SdkError {
  declare readonly data: SdkHttpErrorData;

  // eslint-disable-next-line @typescript-eslint/no-useless-constructor -- it narrows the type of data
  constructor(code: SdkErrorCode, message: string, data: SdkHttpErrorData, options?: ErrorOptions) {
    super(code, message, data, options);
  }

  get status(): number {
    return this.data.status;
  }

  get statusText(): string | undefined {
    return this.data.statusText;
  }
}
branded(SdkHttpError, 'SdkHttpError');

/** JSON-RPC and MCP error codes that cross the wire. */
export enum ProtocolErrorCode {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  InternalError = -32603,
  /** Sent by servers before 2026-07-28; later ones answer {@link ProtocolErrorCode.InvalidParams}. */
  ResourceNotFound = -32002,
  MissingRequiredClientCapability = -32021,
  UnsupportedProtocolVersion = -32022,
  UrlElicitationRequired = -32042
}

/** The code of a server that finds body and headers at odds (2026-07-28, Server Validation). */
export const HEADER_MISMATCH = -32020;

/** A JSON-RPC error: what the peer answered, or what a request handler throws to answer it. */
export class ProtocolError extends BrandedError {
  readonly code: number;
  readonly data?: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /**
   * Makes the error for a JSON-RPC error object: of the class for its code, where its data is what that class promises.
   * @param code an integer; {@link ProtocolErrorCode} has those of JSON-RPC and MCP
   * @param message what the peer says; untrusted text
   * @param data what the peer adds; untrusted
   * @returns the error; nothing is thrown
   * @see JSON-RPC 2.0 §5.1
   */
  static fromError(code: number, message: string, data?: unknown): ProtocolError {
    return specialized(code, message, data) ?? new ProtocolError(code, message, data);
  }
}
branded(ProtocolError, 'ProtocolError');

/**
 * The resource does not exist. Servers answer -32602 with the URI alone as data (2026-07-28, Resources, Error Handling),
 * and earlier ones -32002.
 */
export class ResourceNotFoundError extends ProtocolError {
  declare readonly data: { uri: string };

  constructor(uri: string, message = `Resource not found: ${uri}`) {
    super(ProtocolErrorCode.InvalidParams, message, { uri });
  }

  get uri(): string {
    return this.data.uri;
  }
}
branded(ResourceNotFoundError, 'ResourceNotFoundError');

/** The user has to visit URLs first (2025-11-25, URL Elicitation Required Error). */
export class UrlElicitationRequiredError extends ProtocolError {
  declare readonly data: { elicitations: ElicitRequestURLParams[] };

  constructor(elicitations: ElicitRequestURLParams[], message = 'The user has to visit a URL first') {
    super(ProtocolErrorCode.UrlElicitationRequired, message, { elicitations });
  }

  get elicitations(): ElicitRequestURLParams[] {
    return this.data.elicitations;
  }
}
branded(UrlElicitationRequiredError, 'UrlElicitationRequiredError');

/** What a server that does not speak the revision of a request says. */
export interface UnsupportedProtocolVersionErrorData {
  supported: string[];
  requested: string;
}

/** The server does not speak the revision of the request (2026-07-28, Versioning). */
export class UnsupportedProtocolVersionError extends ProtocolError {
  declare readonly data: UnsupportedProtocolVersionErrorData;

  constructor(data: UnsupportedProtocolVersionErrorData, message = `Unsupported protocol version: ${data.requested}`) {
    super(ProtocolErrorCode.UnsupportedProtocolVersion, message, data);
  }

  get supported(): string[] {
    return this.data.supported;
  }

  get requested(): string {
    return this.data.requested;
  }
}
branded(UnsupportedProtocolVersionError, 'UnsupportedProtocolVersionError');

export interface MissingRequiredClientCapabilityErrorData {
  requiredCapabilities: ClientCapabilities;
}

/** The request needs capabilities that the client did not declare (2026-07-28, `_meta`). */
export class MissingRequiredClientCapabilityError extends ProtocolError {
  declare readonly data: MissingRequiredClientCapabilityErrorData;

  constructor(
    data: MissingRequiredClientCapabilityErrorData,
    message = `Missing client capabilities: ${Object.keys(data.requiredCapabilities).join(', ')}`
  ) {
    super(ProtocolErrorCode.MissingRequiredClientCapability, message, data);
  }

  get requiredCapabilities(): ClientCapabilities {
    return this.data.requiredCapabilities;
  }
}
branded(MissingRequiredClientCapabilityError, 'MissingRequiredClientCapabilityError');

function specialized(code: number, message: string, data: unknown): ProtocolError | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { uri, elicitations, supported, requested, requiredCapabilities } = data as Record<string, unknown>;
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- any number may come off the wire
  switch (code as ProtocolErrorCode) {
    case ProtocolErrorCode.ResourceNotFound:
      return typeof uri === 'string' ? new ResourceNotFoundError(uri, message) : undefined;
    case ProtocolErrorCode.InvalidParams:
      // Data with more than the URI belongs to some other complaint about the params.
      return typeof uri === 'string' && Object.keys(data).length === 1
        ? new ResourceNotFoundError(uri, message)
        : undefined;
    case ProtocolErrorCode.UrlElicitationRequired:
      return Array.isArray(elicitations)
        ? new UrlElicitationRequiredError(elicitations as ElicitRequestURLParams[], message)
        : undefined;
    case ProtocolErrorCode.UnsupportedProtocolVersion:
      return isStrings(supported)
        ? new UnsupportedProtocolVersionError({ supported, requested: String(requested) }, message)
        : undefined;
    case ProtocolErrorCode.MissingRequiredClientCapability:
      return typeof requiredCapabilities === 'object' && requiredCapabilities !== null
        ? new MissingRequiredClientCapabilityError({ requiredCapabilities }, message)
        : undefined;
    default:
      return undefined;
  }
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every(each => typeof each === 'string');
}

/** Makes the error for a method that MCP defines for other revisions only. */
export function notInThisRevision(method: string, protocolVersion: string | undefined, advice?: string): SdkError {
  const revision = protocolVersion ?? 'of this session';
  const message = `${method} is not part of protocol revision ${revision}, which the server speaks`;
  const data = { method, protocolVersion };
  const whole = advice === undefined ? message : `${message}. ${advice}`;
  return new SdkError(SdkErrorCode.MethodNotSupportedByProtocolVersion, whole, data);
}
