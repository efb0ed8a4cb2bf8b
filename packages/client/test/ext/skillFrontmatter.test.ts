import { describe, expect, it } from 'vitest';
import { differences, parseYaml, splitFrontmatter } from '../../src/ext/skills/frontmatter.js';

describe('splitting a SKILL.md', () => {
  it.each([
    ['---\nname: a\n---\n# Body\n', 'name: a\n', '# Body\n'],
    ['---\nname: a\n---', 'name: a\n', ''],
    ['---\n---\nbody', '', 'body'],
    ['---\na: 1\n---\nx\n---\ny', 'a: 1\n', 'x\n---\ny'],
    ['--- \t\na: 1\n---\t \nx', 'a: 1\n', 'x'],
    ['\uFEFF---\na: 1\n---\nx', 'a: 1\n', 'x'],
    ['---\na: |\n  ---\n ---\n---\nx', 'a: |\n  ---\n ---\n', 'x']
  ])('Splitting %j finds both parts', (text, yaml, body) => {
    expect(splitFrontmatter(text)).toEqual({ yaml, body });
  });

  it('Splitting a SKILL.md gives the parser lines that end in \\n, and leaves the rest as it is', () => {
    expect(splitFrontmatter('---\r\na: 1\r\n---\r\nx\r\n')).toEqual({ yaml: 'a: 1\n', body: 'x\r\n' });
  });

  it.each(['', '# Body', '\n---\na: 1\n---\n', ' ---\na: 1\n---\n', '----\na: 1\n----\n', '---x\na: 1\n---\n', '---'])(
    'Splitting %j finds no beginning',
    text => {
      expect(() => splitFrontmatter(text)).toThrow('does not begin with a line of ---');
    }
  );

  it.each(['---\n', '---\na: 1\n', '---\na: 1\n...\n', '---\na: 1\n----\n', '---\na: 1\n ---\n', '---\na: 1\n---x\n'])(
    'Splitting %j finds no end',
    text => {
      expect(() => splitFrontmatter(text)).toThrow('no second line of ---');
    }
  );
});

describe('parsing YAML', () => {
  it.each<[string, unknown]>([
    ['2020-01-01', '2020-01-01'],
    ['yes', 'yes'],
    ['off', 'off'],
    ['TRUE', true],
    ['~', null],
    ['', null],
    ['017', 17],
    ['0o17', 15],
    ['0x1F', 31],
    ['1_000', '1_000'],
    ['1e3', 1000],
    ['a # comment', 'a'],
    ["'it''s'", "it's"],
    ['"\\u00e9\\n"', 'é\n'],
    ['|\n  a\n  b', 'a\nb\n'],
    ['>-\n  a\n  b', 'a b'],
    ['[a, {b: 1}]', ['a', { b: 1 }]],
    ['\n- a\n- b: 1', ['a', { b: 1 }]],
    ['a\n  b', 'a b'],
    ['"a\n  b"', 'a b'],
    ['{<<: {b: 1}}', { '<<': { b: 1 } }]
  ])('Parsing YAML follows the core schema of YAML 1.2 in %j', async (value, expected) => {
    expect(await parseYaml(`x: ${value}\n`)).toEqual({ x: expected });
  });

  it('Parsing YAML finds nothing in nothing', async () => {
    expect(await parseYaml('# only a comment\n')).toEqual({});
  });

  it('Parsing YAML makes __proto__ a name like any other', async () => {
    const parsed = await parseYaml('__proto__: {polluted: true}\n');
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(Object.keys(parsed)).toEqual(['__proto__']);
  });

  it.each([
    ['a: 1\na: 2', /unique/],
    ['a: [1', /line 2/],
    ['a: b: c', /line 2/],
    ['a: *b', /alias/],
    ['a: !js/function x', /tag/],
    ['a: 1\n---\nb: 2', /multiple documents/],
    ['[a]: 1', /strings/]
  ])('Parsing YAML refuses %j, at the line of the file', async (yaml, reason) => {
    await expect(parseYaml(yaml)).rejects.toThrow(reason);
  });

  it('Parsing YAML refuses aliases that would become millions of nodes', async () => {
    const names = Array.from('abcdefghi');
    const yaml = names
      .map(
        (name, index) =>
          `${name}: &${name} [${Array(10)
            .fill(index === 0 ? 'x' : `*${names[index - 1] ?? ''}`)
            .join()}]`
      )
      .join('\n');
    await expect(parseYaml(yaml)).rejects.toThrow(/alias/);
  });
});

describe('the differences between entry and file', () => {
  it.each([
    [
      { a: 1, b: [1, { c: null }] },
      { b: [1, { c: null }], a: 1 }
    ],
    [{ a: 0 }, { a: -0 }],
    [{ a: 1 }, { a: 1, b: undefined }]
  ])('The differences between entry and file are none between %j and %j', (entry, file) => {
    expect(differences(entry, file)).toEqual([]);
  });

  it.each([
    [{ a: 1 }, {}, ['"a": the entry has 1, and the file nothing']],
    [{}, { a: null }, ['"a": the entry has nothing, and the file null']],
    [{ a: '1' }, { a: 1 }, ['"a": the entry has "1", and the file 1']],
    [{ a: { b: [1, { c: 2 }] } }, { a: { b: [1, { c: 3 }] } }, ['"a.b[1].c": the entry has 2, and the file 3']],
    [{ a: [1, 2] }, { a: [1] }, ['"a[1]": the entry has 2, and the file nothing']],
    [{ a: [] }, { a: {} }, ['"a": the entry has [], and the file {}']],
    [{ b: 1, a: 1 }, {}, ['"a": the entry has 1, and the file nothing', '"b": the entry has 1, and the file nothing']],
    [{}, { toString: 1 }, ['"toString": the entry has nothing, and the file 1']],
    [{}, { a: () => 1 }, ['"a": the entry has nothing, and the file function']]
  ])('The differences between %j and %j are %j', (entry, file, expected) => {
    expect(differences(entry, file)).toEqual(expected);
  });

  it('The differences between entry and file are told even of what goes round in circles, and in few words', () => {
    const circle: unknown[] = [];
    circle.push(circle);
    expect(differences({ a: 1 }, { a: circle })).toEqual([
      '"a": the entry has 1, and the file something that is no JSON'
    ]);
    expect(differences({ a: 'x'.repeat(10_000) }, {})[0]?.length).toBeLessThan(300);
  });
});
