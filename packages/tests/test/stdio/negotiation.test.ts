import { Client, type ClientOptions, SdkErrorCode, type VersionNegotiationMode } from '@scopeful/client';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixture, isRunning, observe, rejection, until } from './harness.js';

/** A client of a server that speaks only what came before 2026-07-28, and every process that was started for it. */
function legacyServer(behaviour: string[], mode: VersionNegotiationMode = 'auto', timeoutMs = 10_000) {
  const { transport } = observe(fixture('server.mjs', ...behaviour));
  const pids: (number | null)[] = [];
  const start = transport.start.bind(transport);
  transport.start = async () => {
    await start();
    pids.push(transport.pid);
  };
  const options: ClientOptions = { versionNegotiation: { mode, probe: { timeoutMs } } };
  const client = new Client({ name: 'test', version: '1.0.0' }, options);
  let closes = 0;
  client.onclose = () => closes++;
  onTestFinished(() => client.close());
  return { client, transport, pids, connecting: () => client.connect(transport), closes: () => closes };
}

describe('a legacy server that is asked what it speaks', () => {
  it.each([
    ['answers what nobody expects', [], 1],
    ['exits at once', ['exit-at:server/discover'], 2],
    ['refuses and then exits', ['refuse-at:server/discover'], 2],
    ['says nothing', ['silent-at:server/discover'], 1]
  ])('A legacy server that is asked what it speaks and %s is spoken to as before', async (_, behaviour, processes) => {
    const { client, transport, pids, connecting, closes } = legacyServer(behaviour, 'auto', 300);
    await connecting();
    expect(client.getProtocolEra()).toBe('legacy');
    expect(await client.callTool({ name: 'hammer' })).toMatchObject({ content: [{ text: 'hammer' }] });
    expect(pids).toHaveLength(processes);
    expect(pids.filter(isRunning)).toEqual([transport.pid]);
    expect(closes()).toBe(0);
    await client.close();
    await until(() => pids.every(pid => !isRunning(pid)));
    expect(closes()).toBe(1);
  });

  it('A legacy server that is asked what it speaks and never starts up is not started for ever', async () => {
    const { pids, connecting } = legacyServer(['exit-3']);
    const error = await rejection(connecting());
    expect(error).toMatchObject({ code: SdkErrorCode.ConnectionClosed });
    expect(error.message).toContain('exited with code 3');
    expect(pids).toHaveLength(2);
    expect(pids.some(isRunning)).toBe(false);
  });

  it.each([
    ['its answer', ['silent-at:server/discover']],
    ['its answer to the next question', ['silent-at:initialize']]
  ])(
    'A legacy server that is asked what it speaks and is closed before %s is not started again',
    async (_, behaviour) => {
      const { client, pids, connecting, closes } = legacyServer(behaviour);
      const error = rejection(connecting());
      await until(() => pids.length === 1);
      await new Promise(resolve => setTimeout(resolve, 150));
      await client.close();
      expect(await error).toMatchObject({ code: SdkErrorCode.ConnectionClosed });
      expect(client.transport).toBeUndefined();
      expect([pids.length, pids.some(isRunning), closes()]).toEqual([1, false, 1]);
    }
  );

  it.each(['exit-at:server/discover', 'refuse-at:server/discover', 'silent-at:server/discover'])(
    'A legacy server that is asked what it speaks is ended when nothing but the pinned revision will do: %s',
    async behaviour => {
      const { pids, connecting } = legacyServer([behaviour], { pin: '2026-07-28' }, 300);
      expect(await rejection(connecting())).toMatchObject({ code: SdkErrorCode.EraNegotiationFailed });
      expect(pids).toHaveLength(1);
      expect(pids.some(isRunning)).toBe(false);
    }
  );
});
