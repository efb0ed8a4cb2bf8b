import type { Style } from './style.js';

/** One operation, or one of the authorizations it needed. */
export interface Step {
  readonly operation: string;
  readonly challenge?: Challenge;
  /** Everything that earlier authorization requests asked for. */
  readonly previous?: string;
  readonly requested?: string;
  readonly granted?: string;
}

export interface Challenge {
  readonly status: number;
  readonly scope: string | undefined;
}

interface Cell {
  readonly lines: readonly string[];
  /** Colours a line after it was padded. */
  readonly paint?: (line: string, text: string) => string;
}

const HEADINGS = ['operation', 'challenge', 'previously requested', 'requested now', 'granted'];
const NOTHING: Cell = { lines: ['–'] };

/** A table with one scope per line, so that it fits a terminal however many scopes there are. */
export function formatTimeline(steps: readonly Step[], style: Style): string {
  const rows = steps.map(step => cells(step, style));
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.flatMap(row => row[column]?.lines.map(line => line.length) ?? []))
  );
  const pad = (text: string, column: number): string => text.padEnd(widths[column] ?? 0);
  const table = [
    HEADINGS.map((heading, column) => style.bold(pad(heading, column))),
    widths.map(width => style.dim('─'.repeat(width)))
  ];
  for (const row of rows) {
    const height = Math.max(...row.map(cell => cell.lines.length));
    for (let line = 0; line < height; line += 1) {
      table.push(
        row.map(({ lines, paint = padded => padded }, column) => {
          const text = lines[line] ?? '';
          return paint(pad(text, column), text);
        })
      );
    }
  }
  return table.map(line => line.join('  ').trimEnd()).join('\n');
}

function cells(step: Step, style: Style): Cell[] {
  const operation = { lines: [step.operation] };
  if (step.challenge === undefined && step.requested === undefined) {
    return [operation, NOTHING, NOTHING, NOTHING, { lines: ['unchanged'], paint: style.dim }];
  }
  const { status, scope } = step.challenge ?? {};
  const challenge = { lines: [`${status ?? ''} ${scope ?? '(no scope)'}`], paint: style.yellow };
  return [operation, challenge, scopeCell(step.previous), requestedCell(step, style), scopeCell(step.granted)];
}

function scopeCell(scope: string | undefined): Cell {
  const lines = splitScope(scope);
  return lines.length === 0 ? NOTHING : { lines };
}

/** New scopes carry a plus; whatever was asked for earlier and is missing now is called lost. */
function requestedCell(step: Step, style: Style): Cell {
  const previous = splitScope(step.previous);
  const requested = splitScope(step.requested);
  const kept = requested.map(scope => (previous.includes(scope) ? `  ${scope}` : `+ ${scope}`));
  const lost = previous.filter(scope => !requested.includes(scope)).map(scope => `  ${scope} LOST`);
  const lines = [...kept, ...lost];
  if (lines.length === 0) return NOTHING;
  return {
    lines,
    paint: (line, text) => (text.startsWith('+') ? style.green(line) : text.endsWith(' LOST') ? style.red(line) : line)
  };
}

export function splitScope(scope: string | undefined): string[] {
  return scope?.split(' ').filter(token => token !== '') ?? [];
}
