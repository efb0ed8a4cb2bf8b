import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PausableTimer } from '../src/pausableTimer.js';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
afterEach(() => void vi.useRealTimers());

it('A timer runs what it is for when its time is up, and not while it is paused', () => {
  const expired = vi.fn();
  const timer = new PausableTimer(100, expired);
  vi.advanceTimersByTime(60);
  const [resume, also] = [timer.pause(), timer.pause()];
  vi.advanceTimersByTime(1000);
  resume();
  resume();
  vi.advanceTimersByTime(1000);
  also();
  vi.advanceTimersByTime(39);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired).toHaveBeenCalledOnce();
});

it('A timer that was cleared runs nothing, though it is resumed after that', () => {
  const expired = vi.fn();
  const timer = new PausableTimer(100, expired);
  const resume = timer.pause();
  timer.clear();
  resume();
  vi.advanceTimersByTime(1000);
  expect(expired).not.toHaveBeenCalled();
});

it('A timer runs after a time that is longer than timers take', () => {
  const expired = vi.fn();
  new PausableTimer(2 ** 32, expired);
  vi.advanceTimersByTime(2 ** 32 - 1);
  expect(expired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(expired).toHaveBeenCalledOnce();
});

it('A timer whose time is infinite never runs, and leaves nothing that keeps a process alive', () => {
  new PausableTimer(Infinity, vi.fn());
  expect(vi.getTimerCount()).toBe(0);
});
