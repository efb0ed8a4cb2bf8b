import type { StandardSchemaV1 } from '@scopeful/core';

/** A Standard Schema made of a function that returns the output or throws. */
function schemaOf<Output>(parse: (value: unknown) => Output): StandardSchemaV1<unknown, Output> {
  const validate = (value: unknown): StandardSchemaV1.Result<Output> => {
    try {
      return { value: parse(value) };
    } catch (error) {
      return { issues: [{ message: (error as Error).message }] };
    }
  };
  return { '~standard': { version: 1, vendor: 'test', validate } };
}

/** An object with exactly these members, each of the type of its example. */
export function shaped<Shape extends Record<string, unknown>>(example: Shape): StandardSchemaV1<unknown, Shape> {
  return schemaOf(value => {
    const given = value as Record<string, unknown>;
    for (const name of new Set([...Object.keys(example), ...Object.keys(given)])) {
      if (typeof given[name] !== typeof example[name]) throw new Error(`${name} does not fit`);
    }
    return given as Shape;
  });
}
