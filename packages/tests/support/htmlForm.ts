interface Field {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly checked: boolean;
}

export interface HtmlForm {
  readonly action: string | undefined;
  readonly method: string;
  readonly fields: readonly Field[];
}

/** The first form of a page, read with patterns that are good enough for sign-in pages. */
export function parseForm(html: string): HtmlForm | undefined {
  const [, formAttributes = '', body = ''] = /<form\b([^>]*)>([\s\S]*?)<\/form>/i.exec(html) ?? [];
  if (body === '') return undefined;
  const form = parseAttributes(formAttributes);
  const fields = [...body.matchAll(/<(input|button)\b([^>]*)>/gi)].map(([, tag = '', attributeText = '']) => {
    const attributes = parseAttributes(attributeText);
    const checkable = ['checkbox', 'radio'].includes(attributes.get('type') ?? '');
    return {
      name: attributes.get('name') ?? '',
      type: attributes.get('type') ?? (tag.toLowerCase() === 'button' ? 'submit' : 'text'),
      value: attributes.get('value') ?? (checkable ? 'on' : ''),
      checked: attributes.has('checked')
    };
  });
  return { action: form.get('action'), method: (form.get('method') ?? 'get').toUpperCase(), fields };
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = text.matchAll(/([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g);
  return new Map(
    [...attributes].map(([, name = '', double, single, bare]) => [
      name.toLowerCase(),
      decodeEntities(double ?? single ?? bare ?? '')
    ])
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code: string | undefined, name: string | undefined) =>
    code === undefined ? (ENTITIES[name ?? ''] ?? whole) : String.fromCodePoint(Number(code))
  );
}
