import { splitScope, type Step } from './timeline.js';

export interface Verdict {
  readonly lost: boolean;
  readonly sentence: string;
}

/** Compares every authorization request with all before it: each must ask for everything they asked for. */
export function judge(steps: readonly Step[], authorizationRequests: readonly (string | undefined)[]): Verdict {
  const asked = new Set<string>();
  const losses: string[] = [];
  for (const [index, request] of authorizationRequests.entries()) {
    const scopes = splitScope(request);
    const missing = [...asked].filter(scope => !scopes.includes(scope));
    if (missing.length > 0) losses.push(`authorization request ${index + 1} left out ${missing.join(' ')}`);
    for (const scope of scopes) asked.add(scope);
  }
  const stepUps = steps.filter(step => step.challenge?.status === 403).length;
  const signIns = steps.filter(step => step.challenge !== undefined).length - stepUps;
  const counts = `${plural(signIns, 'sign-in')}, ${plural(stepUps, 'step-up')}`;
  return losses.length === 0
    ? {
        lost: false,
        sentence: `No scope was lost: ${counts}, and every authorization request asked for all that came before it.`
      }
    : { lost: true, sentence: `A scope was lost: ${counts}; ${losses.join('; ')}.` };
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
