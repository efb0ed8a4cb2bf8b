import { Client, SdkErrorCode, type Transport } from '@scopeful/client';
import { describe, expect, it } from 'vitest';
import { fixture, observe, rejection, StdioError } from './harness.js';

const closed = (reason: string) => ({
  name: 'SdkError',
  code: SdkErrorCode.ConnectionClosed,
  message: expect.stringContaining(reason) as string,
  cause: expect.any(StdioError) as StdioError
});

async function connected(...args: string[]) {
  const observed = observe(fixture('server.mjs', ...args));
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(observed.transport);
  return { client, observed };
}

function failedConnect(transport: Transport): Promise<Error> {
  return rejection(new Client({ name: 'test', version: '1.0.0' }).connect(transport));
}

describe('a request to a server whose process ends', () => {
  it.each([
    ['when it starts', 'exit-3'],
    ['when it is asked to initialize', 'exit-at:initialize']
  ])('A request to a server whose process ends is rejected with its exit code: %s', async (_, how) => {
    const { transport } = observe(fixture('server.mjs', how));
    expect(await failedConnect(transport)).toMatchObject(closed('before initialize was answered: The server process'));
    expect(transport.closeReason?.message).toContain('exited with code 3');
  });

  it('A request to a server whose process ends is rejected with the signal that ended it', async () => {
    const { client, observed } = await connected('silent-at:tools/call');
    const pending = [client.callTool({ name: 'x' }), client.callTool({ name: 'y' })].map(rejection);
    await client.ping();
    process.kill(observed.transport.pid ?? 0, 'SIGKILL');
    for (const error of await Promise.all(pending)) expect(error).toMatchObject(closed('was ended by SIGKILL'));
  });

  it('A request to a server whose process ends is rejected with its exit code though it is too large to be sent before that', async () => {
    const { client } = await connected('exit-at:ping');
    const large = { name: 'x', arguments: { text: 'x'.repeat(8 * 1024 * 1024) } };
    const [ping, call] = await Promise.all([client.ping(), client.callTool(large)].map(rejection));
    expect(ping).toMatchObject(closed('before ping was answered: The server process'));
    expect(call).toMatchObject(closed('exited with code 3'));
  });

  it('A request to a server whose process ends is rejected without a reason when it is we who close', async () => {
    const { client } = await connected('silent-at:tools/call');
    const pending = rejection(client.callTool({ name: 'x' }));
    await client.ping();
    await client.close();
    const error = await pending;
    expect(error.message).toBe('The connection closed before tools/call was answered');
    expect(error.cause).toBeUndefined();
  });
});
