/** How the resource words its challenges. */
export type ChallengeStyle = 'missing' | 'needed' | 'no scope' | 'no metadata';

/** What the user, or the server on the user's behalf, says to a prompt. */
export type Answer = 'yes' | 'no' | 'invalid scope';

/** How the authorization servers behave. */
export interface ServerMood {
  grantsOnly: string | undefined;
  namesScope: boolean;
  rotates: boolean;
  issuesRefreshTokens: boolean;
  /** Whether a callback says who sends it (RFC 9207). */
  namesIssuer: boolean;
  /** How many token requests fail with 503 from now on. */
  failures: number;
  /** How long a token request takes, in milliseconds. */
  delay: number;
}

/** How they behave when all is well. */
export const CALM: ServerMood = {
  grantsOnly: undefined,
  namesScope: false,
  rotates: true,
  issuesRefreshTokens: true,
  namesIssuer: true,
  failures: 0,
  delay: 0
};

/** What a run begins with. */
export interface Beginning {
  /** Whether a person has registered the client and its secret, or it registers by itself. */
  client: 'registered' | 'dynamic';
  keepsDiscovery: boolean;
  /** Whether two processes may work on the store. */
  isShared: boolean;
}

/** The client that a person has registered at the first authorization server. */
export const REGISTERED = { client_id: 'registered-by-hand', client_secret: 'the-secret-that-was-agreed-on' };
