import { styleText } from 'node:util';

type Paint = (text: string) => string;

export interface Style {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly green: Paint;
  readonly red: Paint;
  readonly yellow: Paint;
}

/** Colours for a person at a terminal, unless they said no (https://no-color.org). */
export function createStyle(stream: NodeJS.WriteStream, environment: NodeJS.ProcessEnv): Style {
  const coloured = stream.isTTY && (environment.NO_COLOR ?? '') === '';
  const paint = (format: Parameters<typeof styleText>[0]): Paint =>
    coloured ? text => styleText(format, text) : text => text;
  return { bold: paint('bold'), dim: paint('dim'), green: paint('green'), red: paint('red'), yellow: paint('yellow') };
}
