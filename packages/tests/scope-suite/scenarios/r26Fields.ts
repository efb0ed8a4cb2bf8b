import { scenario, type Scenario } from '../harness/scenario.js';
import { atMost, equals } from '../harness/verdict.js';
import type { Field } from '../harness/resourceServer.js';
import type { World } from '../harness/world.js';

/** A first 401 with this field must make the client ask for `expected`; the resource metadata lists `p`. */
interface ReadField {
  number: string;
  title: string;
  /** `undefined` for none. */
  field: Field | undefined;
  expected: string;
}

/** 401s, since they need no step-up: what is read from a challenge is all there is to see. */
const READ: ReadField[] = [
  {
    number: '01',
    title: 'reads Bearer after Basic in one field',
    field: 'Basic realm="notes", Bearer scope="d"',
    expected: 'd'
  },
  {
    number: '02',
    title: 'reads Bearer before Basic in one field',
    field: 'Bearer scope="d", Basic realm="notes"',
    expected: 'd'
  },
  {
    number: '03',
    title: 'reads Bearer among several field lines',
    field: ['Basic realm="notes"', 'Bearer scope="d"', 'DPoP algs="ES256"'],
    expected: 'd'
  },
  {
    number: '04',
    title: 'takes no scope= inside an error_description for the scope',
    field: 'Bearer error_description="needs scope=evil, or scope=\\"evil\\"", scope="d"',
    expected: 'd'
  },
  {
    number: '05',
    title: 'takes no scope of a scheme before for its own',
    field: 'DPoP scope="evil", Bearer scope="d"',
    expected: 'd'
  },
  {
    number: '06',
    title: 'takes no scope of a scheme after for its own',
    field: 'Bearer realm="notes", DPoP algs="ES256", scope="evil"',
    expected: 'p'
  },
  { number: '07', title: 'reads an unquoted scope', field: 'Bearer realm=notes, scope=d', expected: 'd' },
  {
    number: '08',
    title: 'reads unquoted scopes up to the next comma',
    field: 'Bearer scope=d e, realm=notes',
    expected: 'd e'
  },
  {
    number: '09',
    title: 'reads Bearer after a scheme with a token68',
    field: 'Negotiate YWJjZGVm==, Bearer scope="d"',
    expected: 'd'
  },
  {
    number: '10',
    title: 'reads parameters with white space around the equals sign',
    field: 'Bearer realm = "notes" , scope =\t"d"',
    expected: 'd'
  },
  { number: '11', title: 'skips empty list elements', field: ', , Bearer realm="notes",, scope="d", ,', expected: 'd' },
  {
    number: '12',
    title: 'reads the name of the scheme in any case',
    field: 'bEARER scope="d"',
    expected: 'd'
  },
  { number: '13', title: 'reads the names of parameters in any case', field: 'Bearer Scope="d"', expected: 'd' },
  {
    number: '14',
    title: 'reads commas inside quoted strings as text',
    field: 'Bearer error_description="one, scope=evil, two", scope="d"',
    expected: 'd'
  },
  { number: '15', title: 'unquotes escaped characters', field: 'Bearer scope="\\d e\\e"', expected: 'd ee' },
  {
    number: '16',
    title: 'takes no parameter whose name ends in scope for the scope',
    field: 'Bearer x_scope="evil", no-scope="evil", scope="d"',
    expected: 'd'
  },
  {
    number: '17',
    title: 'takes no scheme named inside a quoted string for a challenge',
    field: 'Digest realm="see, Bearer scope=evil", Bearer scope="d"',
    expected: 'd'
  },
  {
    number: '18',
    title: 'uses the first Bearer challenge of a 401',
    field: 'Bearer scope="d", Bearer scope="evil"',
    expected: 'd'
  },
  { number: '19', title: 'authorizes although a 401 has no WWW-Authenticate', field: undefined, expected: 'p' },
  {
    number: '20',
    title: 'takes no scope of a Basic challenge that stands alone',
    field: 'Basic realm="notes", scope="evil"',
    expected: 'p'
  },
  {
    number: '21',
    title: 'survives a quoted string that something follows',
    field: 'Digest realm="oops, Bearer scope="evil"',
    expected: 'p'
  },
  {
    number: '22',
    title: 'survives a field that is no challenge at all',
    field: '="=,=;,"scope=evil',
    expected: 'p'
  },
  { number: '23', title: 'reads a challenge without parameters', field: 'Bearer', expected: 'p' },
  {
    number: '24',
    title: 'reads a parameter that comes twice once',
    field: 'Bearer scope="d", scope="evil"',
    expected: 'd'
  }
];

function read({ number, title, field, expected }: ReadField): Scenario {
  return scenario(`R26-${number}`, {
    title,
    resource: { metadata: { scopes_supported: ['p'] }, unauthorized: () => field },
    observes: 'scope of the first authorization request',
    play: async world => {
      await (await world.open()).call('read');
      return world.requested[0];
    },
    judge: equals<string | undefined>(expected)
  });
}

async function afterRefusal(world: World): Promise<string | undefined> {
  const session = await world.open();
  await session.use('read');
  await session.call('write');
  return world.requested[1];
}

/** A 403 with this field is no scope challenge: nobody is asked for anything. */
function unrelated(number: string, title: string, field: Field): Scenario {
  return scenario(`R26-${number}`, {
    title,
    resource: { asks: 'a', needs: { write: 'd' }, metadata: { scopes_supported: ['p'] }, forbidden: () => field },
    observes: 'prompts beside the first',
    play: async world => {
      await afterRefusal(world);
      return world.prompts.length - 1;
    },
    judge: equals(0)
  });
}

/** What regular expressions are slow with. */
const LONG: string[] = [
  `Bearer ${'a='.repeat(6_000)}`,
  `Bearer a="${'\\"'.repeat(5_000)}`,
  `Bearer ${' '.repeat(12_000)}x`,
  `Bearer ${'a="",'.repeat(2_400)}`,
  'Bearer '.repeat(1_700)
];

/** RFC 9110 §11.6.1, and what servers make of it. */
export const fieldScenarios: Scenario[] = [
  ...READ.map(read),
  scenario('R26-30', {
    title: 'uses, of several Bearer challenges of a 403, the one about the scope',
    resource: {
      asks: 'a',
      needs: { write: 'd' },
      forbidden: () => 'Bearer error="invalid_token", scope="evil", Bearer error="insufficient_scope", scope="d"'
    },
    observes: 'scope of the second authorization request',
    play: afterRefusal,
    judge: equals<string | undefined>('a d')
  }),
  unrelated('40', 'asks for nothing when a 403 has another error', 'Bearer error="access_denied", scope="d"'),
  unrelated(
    '41',
    'asks for nothing when insufficient_scope is the error of another scheme',
    'DPoP error="insufficient_scope", scope="d", Bearer realm="notes"'
  ),
  scenario('R26-50', {
    title: 'reads an unquoted resource_metadata URL',
    resource: {
      metadataPath: '/elsewhere',
      unauthorized: (_, server) => `Bearer resource_metadata=${server.origin}/elsewhere, scope="a"`
    },
    observes: 'whether the authorization request went to the server that the metadata names',
    play: async world => {
      await (await world.open()).call('read');
      return world.prompts[0]?.origin === world.as.issuer;
    },
    judge: equals(true)
  }),
  scenario('R26-51', {
    title: 'reads long fields in no time, however malformed they are',
    resource: { asks: 'a' },
    observes: 'milliseconds for the slowest of them',
    play: async world => {
      const session = await world.open();
      let slowest = 0;
      for (const field of LONG) {
        world.rs.script.unauthorized = () => field;
        const began = performance.now();
        await session.call('read');
        slowest = Math.max(slowest, performance.now() - began);
      }
      return slowest;
    },
    judge: atMost(1_000)
  })
];
