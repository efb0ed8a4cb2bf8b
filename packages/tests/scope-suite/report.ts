import { ruleOf, type Result } from './harness/scenario.js';
import { RULES } from './rules.js';

export interface Report {
  /** As it was asked for. */
  readonly client: string;
  readonly name: string;
  readonly version: string;
  readonly date: string;
  readonly results: readonly Result[];
}

export interface Tally {
  readonly passed: number;
  readonly total: number;
}

function isOwn({ id }: Result): boolean {
  return ruleOf(id) === 'own';
}

/** What was not offered counts neither way. */
function tally(results: readonly Result[]): Tally {
  const asked = results.filter(({ outcome }) => outcome !== 'not offered');
  return { passed: asked.filter(({ outcome }) => outcome === 'passed').length, total: asked.length };
}

export function totals({ results }: Report): { counted: Tally; own: Tally } {
  return { counted: tally(results.filter(result => !isOwn(result))), own: tally(results.filter(isOwn)) };
}

export function hasPassed({ results }: Report): boolean {
  return results.every(({ outcome }) => outcome !== 'failed');
}

function byRule(results: readonly Result[]): [string, Result[]][] {
  return Object.keys(RULES).flatMap(rule => {
    const ofRule = results.filter(({ id }) => ruleOf(id) === rule);
    return ofRule.length === 0 ? [] : [[rule, ofRule]];
  });
}

function fraction({ passed, total }: Tally): string {
  return total === 0 ? '–' : `${passed}/${total}`;
}

const MARKS = { passed: 'pass', failed: 'FAIL', 'not offered': '–   ' } as const;

/** Every run of one client, grouped by rule. */
export function table(report: Report): string {
  const { results } = report;
  const width = Math.max(...results.map(({ id }) => id.length));
  const lines = byRule(results).flatMap(([rule, ofRule]) => [
    '',
    `${rule}  ${RULES[rule] ?? ''}  (${fraction(tally(ofRule))})`,
    ...ofRule.flatMap(({ id, outcome, title, reason }) => [
      `  ${MARKS[outcome]}  ${id.padEnd(width)}  ${title}`,
      ...(reason === undefined ? [] : [`        ${' '.repeat(width)}  ${reason}`])
    ])
  ]);
  const { counted, own } = totals(report);
  const ownTotal = own.total === 0 ? '' : `, own ${fraction(own)}`;
  return [
    `${report.name} ${report.version}`.trim() + `, ${report.date}`,
    ...lines,
    '',
    `counted ${fraction(counted)}${ownTotal}`
  ].join('\n');
}

/** Clients side by side, as a Markdown table. */
export function comparison(reports: readonly Report[]): string {
  const columns = reports.map(({ name, version }) => `\`${name}\` ${version}`);
  const rules = byRule(reports.flatMap(({ results }) => results)).map(([rule]) => rule);
  const row = (...cells: string[]): string => `| ${cells.join(' | ')} |`;
  const lines = rules.map(rule => {
    const cells = reports.map(({ results }) => fraction(tally(results.filter(({ id }) => ruleOf(id) === rule))));
    return row(rule, RULES[rule] ?? '', ...cells);
  });
  const sums = reports.map(report => `**${fraction(totals(report).counted)}**`);
  return [
    row('rule', 'behaviour', ...columns),
    row('---', '---', ...columns.map(() => '---:')),
    ...lines,
    row('', '**all that count** (without `own`)', ...sums),
    '',
    `Scenarios passed, of those a client offers the options for; run on ${reports[0]?.date ?? ''}.`
  ].join('\n');
}
