/** The values of a template's variables. */
export type Variables = Record<string, string | string[]>;

/** Longer templates and URIs are refused. */
const MAX_LENGTH = 1_000_000;

/** Variables and pieces of text times the length of a URI: matching more than this is refused. */
const MAX_WORK = 50_000_000;

interface Variable {
  name: string;
  /** `{name*}`: one member at a time. */
  explode: boolean;
  /** `{name:3}`: no more characters than this. */
  limit: number | undefined;
}

/** How RFC 6570, appendix A, expands an operator. */
interface Operator {
  first: string;
  separator: string;
  /** Whether values are preceded by their name. */
  named: boolean;
  /** Whether characters that mean something in a URI stay as they are. */
  reserved: boolean;
}

const OPERATORS: Readonly<Record<string, Operator>> = {
  '': { first: '', separator: ',', named: false, reserved: false },
  '+': { first: '', separator: ',', named: false, reserved: true },
  '#': { first: '#', separator: ',', named: false, reserved: true },
  '.': { first: '.', separator: '.', named: false, reserved: false },
  '/': { first: '/', separator: '/', named: false, reserved: false },
  ';': { first: ';', separator: ';', named: true, reserved: false },
  '?': { first: '?', separator: '&', named: true, reserved: false },
  '&': { first: '&', separator: '&', named: true, reserved: false }
};

type Part = string | { operator: Operator; variables: Variable[] };

/** A step of matching: text that is there, or a variable's value. */
type Step = { text: string } | { variable: Variable; operator: Operator; leads: string[]; optional: boolean };

/** A URI template (RFC 6570, level 3, with the explode and prefix modifiers of level 4). */
export class UriTemplate {
  private readonly _template: string;
  private readonly _parts: Part[];

  /**
   * Tells whether a string has an expression in braces.
   * @param str a URI or a template
   * @returns whether {@link expand} could change anything
   */
  static isTemplate(str: string): boolean {
    const open = str.indexOf('{');
    return open !== -1 && str.indexOf('}', open) > open + 1;
  }

  /** @throws when a brace is not closed, or the template is longer than a million characters. */
  constructor(template: string) {
    assertLength(template, 'template');
    this._template = template;
    this._parts = parse(template);
  }

  /** The names of all variables, in their order; one that occurs twice is named twice. */
  get variableNames(): string[] {
    return this._parts.flatMap(part => (typeof part === 'string' ? [] : part.variables.map(({ name }) => name)));
  }

  /**
   * Writes the template out.
   * @returns it as it was given
   */
  toString(): string {
    return this._template;
  }

  /**
   * Makes the URI for some values.
   * @param variables by name; those without a value are left out
   * @returns the URI, values percent-encoded
   * @see RFC 6570 §3
   */
  expand(variables: Variables): string {
    return this._parts.map(part => (typeof part === 'string' ? part : expression(part, variables))).join('');
  }

  /**
   * Finds the values that would expand to a URI. A variable takes as much as it can. The time grows with the URI's
   * length times
   * the number of variables, whatever the two look like.
   * @param uri at most a million characters
   * @returns the values, decoded, or null when there are none
   * @throws {RangeError} when URI or template are longer than is reasonable
   */
  match(uri: string): Variables | null {
    assertLength(uri, 'URI');
    return matched(steps(this._parts), uri);
  }
}

function assertLength(text: string, what: string): void {
  if (text.length > MAX_LENGTH) throw new RangeError(`A ${what} of more than ${MAX_LENGTH} characters is refused`);
}

function parse(template: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < template.length;) {
    const open = template.indexOf('{', at);
    if (open !== at) parts.push(template.slice(at, open === -1 ? undefined : open));
    if (open === -1) break;
    const close = template.indexOf('}', open);
    if (close === -1) throw new SyntaxError(`Unclosed expression in the URI template ${JSON.stringify(template)}`);
    parts.push(parseExpression(template.slice(open + 1, close)));
    at = close + 1;
  }
  return parts;
}

function parseExpression(text: string): Part {
  const sign = Object.hasOwn(OPERATORS, text.charAt(0)) ? text.charAt(0) : '';
  const variables = text
    .slice(sign.length)
    .split(',')
    .map(each => each.trim())
    .filter(each => each !== '')
    .map(parseVariable);
  return { operator: OPERATORS[sign] as Operator, variables };
}

function parseVariable(text: string): Variable {
  if (text.endsWith('*')) return { name: text.slice(0, -1), explode: true, limit: undefined };
  const [name = '', limit] = text.split(':', 2);
  return { name, explode: false, limit: limit === undefined ? undefined : Number(limit) };
}

// Expanding

function expression({ operator, variables }: Exclude<Part, string>, values: Variables): string {
  const items = variables.flatMap(variable => {
    const value = values[variable.name];
    return value === undefined || (Array.isArray(value) && value.length === 0)
      ? []
      : [expanded(operator, variable, value)];
  });
  return items.length === 0 ? '' : operator.first + items.join(operator.separator);
}

function expanded(operator: Operator, { name, explode, limit }: Variable, value: string | string[]): string {
  const encoded = [value]
    .flat()
    .map(each => encode(limit === undefined ? each : prefix(each, limit), operator.reserved));
  // RFC 6570 §3.2.7: `;name` without `=` when the value is empty.
  const named = (text: string): string => (text === '' && operator.first === ';' ? name : `${name}=${text}`);
  if (!operator.named) return encoded.join(explode ? operator.separator : ',');
  return explode ? encoded.map(named).join(operator.separator) : named(encoded.join(','));
}

/** Returns the first characters; RFC 6570 §2.4.1 counts code points. */
function prefix(text: string, length: number): string {
  return Array.from(text).slice(0, length).join('');
}

function encode(value: string, reserved: boolean): string {
  // encodeURI keeps the reserved characters but for brackets, and encodes the percent sign of what is encoded already.
  if (reserved)
    return encodeURI(value)
      .replace(/%25([0-9a-f]{2})/gi, '%$1')
      .replaceAll('%5B', '[')
      .replaceAll('%5D', ']');
  return encodeURIComponent(value).replace(/[!'()*]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

// Matching

function steps(parts: Part[]): Step[] {
  return parts.flatMap((part): Step[] => {
    if (typeof part === 'string') return [{ text: part }];
    const { operator, variables } = part;
    return variables.map((variable, index) => {
      const signs = index === 0 ? [operator.first] : [operator.separator];
      // Any of the names of a query may be the first, since those without a value are left out.
      if (operator.first === '?' && index > 0) signs.push('?');
      const leads = operator.named ? signs.map(sign => `${sign}${variable.name}=`) : signs;
      return { variable, operator, leads, optional: operator.first === '?' || operator.first === '&' };
    });
  });
}

/** Where a step that begins at a position ends, for each position; -1 where what follows cannot match then. */
type Ends = Int32Array;

function matched(all: Step[], uri: string): Variables | null {
  const size = uri.length;
  if (all.length * size > MAX_WORK) throw new RangeError('The URI template and the URI are too long to be matched');
  const ends: Ends[] = [];
  let rest: Ends = new Int32Array(size + 1).fill(-1);
  rest[size] = size;
  for (const step of all.toReversed()) {
    rest = endsOf(step, uri, rest);
    ends.unshift(rest);
  }
  const result: Variables = Object.create(null) as Variables;
  let at = 0;
  for (const [index, step] of all.entries()) {
    const end = ends[index]?.[at] ?? -1;
    if (end === -1) return null;
    if ('variable' in step && end > at) result[step.variable.name] = valueOf(step, uri.slice(at, end));
    at = end;
  }
  return at === size ? { ...result } : null;
}

function endsOf(step: Step, uri: string, rest: Ends): Ends {
  const ends = new Int32Array(uri.length + 1).fill(-1);
  if ('text' in step) {
    for (let at = 0; at < ends.length; at++) {
      const end = at + step.text.length;
      if ((rest[end] ?? -1) !== -1 && uri.startsWith(step.text, at)) ends[at] = end;
    }
    return ends;
  }
  // From the end: the furthest place that the value can reach from here, with what follows still matching there.
  const furthest = new Int32Array(uri.length + 1).fill(-1);
  for (let at = uri.length - 1; at >= 0; at--) {
    if (!belongs(step, uri.charAt(at))) continue;
    const further = furthest[at + 1] ?? -1;
    furthest[at] = further === -1 && (rest[at + 1] ?? -1) !== -1 ? at + 1 : further;
  }
  for (let at = 0; at < ends.length; at++) {
    const lead = step.leads.find(each => uri.startsWith(each, at) && (furthest[at + each.length] ?? -1) !== -1);
    if (lead !== undefined) ends[at] = furthest[at + lead.length] as number;
    else if (step.optional && (rest[at] ?? -1) !== -1) ends[at] = at;
  }
  return ends;
}

/** Tells whether a character may be part of a value: what an expansion would have encoded is not. */
function belongs({ operator, variable }: Extract<Step, { variable: Variable }>, character: string): boolean {
  if (operator.reserved) return true;
  if (variable.explode && (character === operator.separator || (operator.named && character === '='))) return true;
  if (operator.named) return character !== operator.separator && character !== '#';
  return !(character === operator.separator || '/,?#&'.includes(character));
}

function valueOf(
  { leads, operator, variable }: Extract<Step, { variable: Variable }>,
  text: string
): string | string[] {
  const lead = leads.find(each => text.startsWith(each)) ?? '';
  const value = text.slice(lead.length);
  if (!variable.explode) return decode(value);
  const separator = operator.named ? `${operator.separator}${variable.name}=` : operator.separator;
  const items = value.split(separator).map(decode);
  return items.length === 1 ? (items[0] as string) : items;
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
