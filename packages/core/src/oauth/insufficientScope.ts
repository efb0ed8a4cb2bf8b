import { InsufficientScopeError, type Operation } from './errors.js';
import type { ScopeLedger } from './ledger.js';
import { missingScope } from './scope.js';
import type { ScopeDemand } from './neededScope.js';

/** What a scope challenge says beside the scope. */
export interface Refusal extends ScopeDemand {
  readonly errorDescription?: string | undefined;
  readonly resourceMetadataUrl?: URL | undefined;
}

/** Makes the error for a scope challenge that is not, or cannot be, met (R19). */
export function insufficientScope(
  ledger: ScopeLedger,
  { scope, errorDescription, resourceMetadataUrl }: Refusal,
  operation: Operation | undefined
): InsufficientScopeError {
  const { sent, token } = ledger.state;
  return new InsufficientScopeError({
    operation,
    requiredScope: scope,
    requestedScope: sent,
    grantedScope: token?.granted,
    missingScope: missingScope(scope, token?.granted),
    resourceMetadataUrl: resourceMetadataUrl ?? ledger.resourceMetadataUrl,
    errorDescription
  });
}
