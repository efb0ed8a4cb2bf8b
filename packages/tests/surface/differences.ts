import type { TypeDifference } from './compare.js';

/** A difference from the official packages that is meant to be. */
export interface IntendedDifference {
  why: string;
  /** Each as `entry name kind`. */
  where: `${string} ${string} ${TypeDifference['kind']}`[];
}

/** All that is not as in the declarations of 2.4.0. What is more (further names, optional members) is no difference. */
export const intendedDifferences: IntendedDifference[] = [
  {
    why: 'the params of a request may be of an interface type, which has no index signature',
    where: [
      'client BaseContext theirs to ours',
      'client ClientContext theirs to ours',
      'client ServerContext theirs to ours',
      'client Client (instance) ours to theirs'
    ]
  },
  {
    why: 'the type says what the envelope holds, where theirs is {}',
    where: ['client RequestMetaEnvelope theirs to ours']
  },
  {
    why: 'redirectToAuthorization() may resolve to the parameters of the callback',
    where: ['client OAuthClientProvider ours to theirs', 'client SSEClientTransportOptions ours to theirs']
  },
  {
    why: 'onInsufficientScope may be a function, too',
    where: ['client StreamableHTTPClientTransportOptions ours to theirs']
  },
  {
    why: "there is no eventsource package: eventSourceInit.fetch is the platform's fetch, and an error has no ErrorEvent of that package",
    where: [
      'client SSEClientTransportOptions theirs to ours',
      'client SSEClientTransport (arguments) theirs to ours',
      'client SseError (instance) ours to theirs'
    ]
  },
  {
    why: 'the schema of ElicitResult types its content, where theirs is unknown',
    where: ['client isSpecType ours to theirs', 'client specTypeSchemas ours to theirs']
  },
  {
    why: 'both are the class of the ajv package, which is too deep for TypeScript to compare with the copy in theirs',
    where: ['client/validators/ajv Ajv ours to theirs']
  },
  {
    why: 'schemas check and never change: this one fills in no defaults',
    where: ['core/internal ListChangedOptionsBaseSchema ours to theirs']
  }
];
