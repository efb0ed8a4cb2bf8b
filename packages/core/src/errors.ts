import { BrandedError, branded } from './branded.js';

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

/** A JSON-RPC error: what the peer answered, or what a request handler throws to answer it. */
export class ProtocolError extends BrandedError {
  readonly code: number;
  readonly data?: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }

  /** The error for a JSON-RPC error object. */
  static fromError(code: number, message: string, data?: unknown): ProtocolError {
    return new ProtocolError(code, message, data);
  }
}
branded(ProtocolError, 'ProtocolError');
