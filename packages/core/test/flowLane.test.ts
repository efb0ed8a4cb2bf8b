import { afterEach, expect, it, vi } from 'vitest';
import { FlowLane } from '../src/oauth/flowLane.js';

afterEach(() => void vi.useRealTimers());

const AUTHORIZED = { status: 'AUTHORIZED' } as const;

it('A flow that hangs keeps its turn for forty seconds, and then lets others work', async () => {
  vi.useFakeTimers();
  const lane = new FlowLane();
  void lane.run(() => new Promise<undefined>(() => undefined));
  const order: string[] = [];
  const joined = lane.join(undefined).then(() => order.push('joined'));
  const next = lane.run(() => Promise.resolve(AUTHORIZED)).then(() => order.push('next'));
  await vi.advanceTimersByTimeAsync(39_999);
  expect(order).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  await Promise.all([joined, next]);
  expect(lane.lastResult).toEqual(AUTHORIZED);
});

it('A flow that stands aside lets others work, and takes its place again after them', async () => {
  const lane = new FlowLane();
  const order: string[] = [];
  let answer!: () => void;
  const person = new Promise<void>(resolve => (answer = resolve));
  const asking = lane.run(async turn => {
    await turn.outside(() => person);
    order.push('asked');
    return AUTHORIZED;
  });
  const working = lane.run(async () => {
    answer();
    await new Promise(resolve => setTimeout(resolve, 10));
    order.push('worked');
    return AUTHORIZED;
  });
  await Promise.all([asking, working]);
  expect(order).toEqual(['worked', 'asked']);
});
