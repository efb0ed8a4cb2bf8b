import { describe, expect, it } from 'vitest';
import { UriTemplate, type Variables } from '../src/uriTemplate.js';

// RFC 6570 §1.2 and §3.2: its own variables and results.
const VALUES: Variables = {
  var: 'value',
  hello: 'Hello World!',
  path: '/foo/bar',
  empty: '',
  x: '1024',
  y: '768',
  list: ['red', 'green', 'blue']
};

describe('expand', () => {
  it.each([
    ['{var}', 'value'],
    ['{hello}', 'Hello%20World%21'],
    ['{+hello}', 'Hello%20World!'],
    ['{+path}/here', '/foo/bar/here'],
    ['X{#var}', 'X#value'],
    ['map?{x,y}', 'map?1024,768'],
    ['{x,hello,y}', '1024,Hello%20World%21,768'],
    ['{var:3}', 'val'],
    ['{list}', 'red,green,blue'],
    ['{list*}', 'red,green,blue'],
    ['{.var}', '.value'],
    ['X{.list*}', 'X.red.green.blue'],
    ['{/var,x}/here', '/value/1024/here'],
    ['{/list*}', '/red/green/blue'],
    ['{;x,y,empty}', ';x=1024;y=768;empty'],
    ['{?x,y}', '?x=1024&y=768'],
    ['{?x,undef}', '?x=1024'],
    ['{?list*}', '?list=red&list=green&list=blue'],
    ['?fixed=yes{&x}', '?fixed=yes&x=1024'],
    ['{undef}', '']
  ])('`expand()` makes %s into %s', (template, expected) => {
    expect(new UriTemplate(template).expand(VALUES)).toBe(expected);
  });
});

describe('match', () => {
  it.each<[string, string, Variables | null]>([
    ['file:///{name}', 'file:///a%20b', { name: 'a b' }],
    ['file:///{name}', 'file:///a/b', null],
    ['file:///{+path}', 'file:///a/b', { path: 'a/b' }],
    ['users/{id}/posts/{post}', 'users/1/posts/2', { id: '1', post: '2' }],
    ['users/{id}{?sort,page}', 'users/1?sort=up&page=2', { id: '1', sort: 'up', page: '2' }],
    ['users/{id}{?sort,page}', 'users/1?page=2', { id: '1', page: '2' }],
    ['users/{id}{?sort,page}', 'users/1', { id: '1' }],
    ['{/list*}', '/a/b', { list: ['a', 'b'] }],
    ['{a}.{b}', 'x.y.z', { a: 'x.y', b: 'z' }],
    ['plain', 'plain', {}],
    ['plain', 'plain!', null]
  ])('`match()` compares %s with %s', (template, uri, expected) => {
    expect(new UriTemplate(template).match(uri)).toEqual(expected);
  });

  it('`match()` takes time in proportion to the URI', () => {
    const template = new UriTemplate('{+a}{+b}{+c}{+d}{+e}!');
    const began = performance.now();
    expect(template.match('x'.repeat(100_000))).toBeNull();
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('`match()` keeps a variable of any name', () => {
    expect(Object.entries(new UriTemplate('{__proto__}').match('x') ?? {})).toEqual([['__proto__', 'x']]);
  });
});

it('`isTemplate()` knows a template from a URI', () => {
  expect(['a{b}', 'a', 'a{}', '}a{'].map(text => UriTemplate.isTemplate(text))).toEqual([true, false, false, false]);
});

it('A template names its variables', () => {
  expect(new UriTemplate('{a}/{?b,c*}').variableNames).toEqual(['a', 'b', 'c']);
});

it('A template refuses an expression that does not end', () => {
  expect(() => new UriTemplate('a{b')).toThrow(SyntaxError);
});
