import type { Scenario } from '../harness/scenario.js';
import { hostScenarios } from './hosts.js';
import { outageScenarios } from './outages.js';
import { ownEventScenarios } from './ownEvents.js';
import { ownHookScenarios } from './ownHooks.js';
import { ownScopeScenarios } from './ownScopes.js';
import { unionScenarios } from './r01Union.js';
import { selectionScenarios } from './r02Selection.js';
import { firstAuthorizationScenarios } from './r04FirstAuthorization.js';
import { challengeScenarios } from './r05Challenges.js';
import { leastPrivilegeScenarios } from './r06LeastPrivilege.js';
import { lifetimeScenarios } from './r07Lifetime.js';
import { storageScenarios } from './r08Storage.js';
import { callbackScenarios } from './r09Callback.js';
import { continuationScenarios } from './r10Continuation.js';
import { refreshScenarios } from './r11Refresh.js';
import { stepUpScenarios } from './r12StepUp.js';
import { bystanderScenarios } from './r13Bystanders.js';
import { singleFlowScenarios } from './r13SingleFlow.js';
import { concurrentStepUpScenarios } from './r13StepUps.js';
import { limitScenarios } from './r14Limits.js';
import { noScopeScenarios } from './r15NoScope.js';
import { invalidScopeScenarios } from './r16InvalidScope.js';
import { resourceMetadataScenarios } from './r17ResourceMetadata.js';
import { hostDecidesScenarios, refusalScenarios } from './r18HostDecides.js';
import { preservationScenarios } from './r21Preservation.js';
import { processScenarios } from './r21Processes.js';
import { storageFailureScenarios } from './r22StorageFailure.js';
import { callbackCheckScenarios } from './r23Callback.js';
import { migrationScenarios } from './r24Migration.js';
import { originScenarios } from './r24Origins.js';
import { separationScenarios } from './r24Separation.js';
import { boundScenarios } from './r25Bounds.js';
import { fieldScenarios } from './r26Fields.js';
import { issuerScenarios } from './r27Issuers.js';
import { completionScenarios } from './r33Callback.js';
import { waitingScenarios } from './r34Waiting.js';
import { timeScenarios } from './r35Time.js';
import { questionScenarios } from './r36Questions.js';
import { hopelessScenarios } from './r37Hopeless.js';
import { askingAgainScenarios } from './r38AskingAgain.js';
import { secondLookScenarios } from './secondLooks.js';
import { secretScenarios } from './secrets.js';

/** R3 and R20 name what no other client has; their scenarios are `own`. */
export const scenarios: readonly Scenario[] = [
  ...unionScenarios,
  ...selectionScenarios,
  ...firstAuthorizationScenarios,
  ...challengeScenarios,
  ...leastPrivilegeScenarios,
  ...lifetimeScenarios,
  ...storageScenarios,
  ...callbackScenarios,
  ...continuationScenarios,
  ...refreshScenarios,
  ...stepUpScenarios,
  ...singleFlowScenarios,
  ...concurrentStepUpScenarios,
  ...bystanderScenarios,
  ...limitScenarios,
  ...noScopeScenarios,
  ...invalidScopeScenarios,
  ...resourceMetadataScenarios,
  ...hostDecidesScenarios,
  ...refusalScenarios,
  ...preservationScenarios,
  ...processScenarios,
  ...storageFailureScenarios,
  ...callbackCheckScenarios,
  ...separationScenarios,
  ...migrationScenarios,
  ...originScenarios,
  ...boundScenarios,
  ...fieldScenarios,
  ...issuerScenarios,
  ...completionScenarios,
  ...waitingScenarios,
  ...timeScenarios,
  ...questionScenarios,
  ...hopelessScenarios,
  ...askingAgainScenarios,
  ...outageScenarios,
  ...secondLookScenarios,
  ...secretScenarios,
  ...hostScenarios,
  ...ownScopeScenarios,
  ...ownHookScenarios,
  ...ownEventScenarios
];
