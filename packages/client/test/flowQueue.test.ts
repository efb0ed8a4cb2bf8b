import { afterEach, expect, it, vi } from 'vitest';
import { laneOf, ScopeLedger } from '@scopeful/core/engine';
import { FlowQueue } from '../src/auth/flowQueue.js';

afterEach(() => void vi.useRealTimers());

const RESOURCE = 'https://rs.example/mcp';
const NEVER = new Promise<never>(() => undefined);
const WAITER = { signal: undefined, holdTimeout: undefined };

it('A person is waited for ten minutes, whatever the limit of the flow is, and that fails nobody else', async () => {
  vi.useFakeTimers();
  const lane = laneOf(new ScopeLedger(RESOURCE));
  const queue = new FlowQueue(lane, RESOURCE, 1_000);
  const outcomes: unknown[] = [];
  const flow = queue.run(({ person }) => person(() => NEVER), WAITER).catch((error: unknown) => outcomes.push(error));
  await vi.advanceTimersByTimeAsync(599_999);
  expect(outcomes).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await flow;
  expect(outcomes).toMatchObject([{ name: 'OAuthClientFlowError', code: 'UNANSWERED' }]);
  expect(lane.setbacks).toBe(0);
});

it('A flow that waits for no person ends when its time is up', async () => {
  vi.useFakeTimers();
  const queue = new FlowQueue(laneOf(new ScopeLedger(RESOURCE)), RESOURCE, 1_000);
  const flow = queue.run(() => NEVER, WAITER);
  const outcome = expect(flow).rejects.toMatchObject({ code: 'FLOW_TIMEOUT' });
  await vi.advanceTimersByTimeAsync(1_000);
  await outcome;
});
