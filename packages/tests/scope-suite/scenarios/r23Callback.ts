import { BOTH, scenario, type Scenario } from '../harness/scenario.js';
import { equals, satisfies } from '../harness/verdict.js';
import type { World } from '../harness/world.js';

const resource = { asks: 'a', needs: { write: 'd' } };
const requires = ['callback parameters'] as const;

/** Completes the first authorization with a callback that was tampered with; what finishAuth is rejected with. */
async function finishWith(world: World, tamper: (callback: URLSearchParams) => void): Promise<unknown> {
  const session = await world.open();
  await session.call('read');
  const callback = await world.approve();
  tamper(callback);
  return session.finish(callback).then(
    () => undefined,
    (error: unknown) => error
  );
}

function fromElsewhere(callback: URLSearchParams): void {
  callback.set('iss', 'https://attacker.example');
}

const observes = 'whether finishAuth rejects, and token requests';
const REJECTED = { isRejected: true, requests: 0 };

/** RFC 9207: where a response comes from is checked before anything in it is believed. */
export const callbackCheckScenarios: Scenario[] = [
  scenario('R23-01', {
    title: 'redeems no code of a response from another issuer',
    transports: BOTH,
    requires,
    resource,
    observes,
    play: async world => {
      const error = await finishWith(world, fromElsewhere);
      return { isRejected: error !== undefined, requests: world.as.tokenRequests.length };
    },
    judge: equals(REJECTED)
  }),
  scenario('R23-02', {
    title: 'redeems no code of a response without issuer when the server said that it names itself',
    requires,
    authorization: { metadata: { authorization_response_iss_parameter_supported: true } },
    resource,
    observes,
    play: async world => {
      const error = await finishWith(world, callback => callback.delete('iss'));
      return { isRejected: error !== undefined, requests: world.as.tokenRequests.length };
    },
    judge: equals(REJECTED)
  }),
  scenario('R23-03', {
    title: 'accepts a response without issuer when the server did not say that it names itself',
    requires,
    resource,
    observes: 'error of finishAuth',
    play: world => finishWith(world, callback => callback.delete('iss')),
    judge: equals<unknown>(undefined)
  }),
  scenario('R23-04', {
    title: 'does not repeat what a response from another issuer says',
    requires,
    resource,
    observes: 'error of finishAuth',
    play: async world =>
      String(
        await finishWith(world, callback => {
          fromElsewhere(callback);
          callback.delete('code');
          callback.set('error', 'access_denied');
          callback.set('error_description', 'Call 555-0100 to unlock your account');
        })
      ),
    judge: satisfies<string>('an error without that text', text => text !== 'undefined' && !text.includes('555-0100'))
  }),
  scenario('R23-05', {
    title: 'keeps the tokens when a response from another issuer comes',
    requires,
    resource,
    observes: 'outcome of a call that needs no more',
    play: async world => {
      const session = await world.open();
      await session.use('read');
      await session.call('write');
      const callback = await world.approve();
      fromElsewhere(callback);
      await session.finish(callback).catch(() => undefined);
      return (await session.call('read')).kind;
    },
    judge: equals<string>('answered')
  }),
  scenario('R23-06', {
    title: 'redeems no code that is given alone, with the name of another issuer',
    requires,
    resource,
    observes,
    play: async world => {
      const session = await world.connect();
      await session.call('read');
      const code = (await world.approve()).get('code');
      const isRejected = await session.transport.finishAuth(code, 'https://attacker.example').then(
        () => false,
        () => true
      );
      return { isRejected, requests: world.as.tokenRequests.length };
    },
    judge: equals(REJECTED)
  })
];
