/** The stream of events: resumed where it broke off, closed while nobody listens. */

import { EventStream, type IEvent } from '@lab/api/events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { FakeSocket, opened, settings, told } from './fakes';

beforeEach(() => {
  vi.useFakeTimers();
  FakeSocket.made = [];
});
afterEach(() => vi.useRealTimers());

function listening() {
  const stream = new EventStream(settings());
  const heard: string[] = [];
  const missed = vi.fn();
  const listener = stream.listen({ heard: (event: IEvent) => heard.push(event.name), missed });
  return { stream, heard, missed, listener };
}

describe('the stream of events', () => {
  it('opens one socket for all who listen', () => {
    const { stream } = listening();
    stream.listen({});

    expect(FakeSocket.made.map(socket => socket.url)).toEqual(['ws://there/workbench/api/v1/events?']);
  });

  it('asks after a break for what followed the last event that was heard', () => {
    const { heard } = listening();
    FakeSocket.last.say(opened(7, 1));
    FakeSocket.last.say(told(8, 'run.running'));
    FakeSocket.last.drop(1006);
    vi.advanceTimersByTime(1000);

    expect(FakeSocket.last.url).toContain('since=8');
    FakeSocket.last.say(opened(8, 1));
    FakeSocket.last.say(told(9, 'run.succeeded'));
    expect(heard).toEqual(['run.running', 'run.succeeded']);
  });

  it('says that something was missed at the beginning and where events were cleaned up, and else not', () => {
    const { missed } = listening();
    FakeSocket.last.say(opened(7, 1));
    expect(missed).toHaveBeenCalledTimes(1);

    FakeSocket.last.drop(1012);
    vi.advanceTimersByTime(2000);
    FakeSocket.last.say(opened(7, 1));
    expect(missed).toHaveBeenCalledTimes(1);

    FakeSocket.last.drop(1012);
    vi.advanceTimersByTime(4000);
    FakeSocket.last.say(opened(7, 20));
    expect(missed).toHaveBeenCalledTimes(2);
  });

  it('waits twice as long after each failure, up to half a minute', () => {
    listening();
    const pauses: number[] = [];
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    for (let tried = 0; tried < 9; tried++) {
      const before = FakeSocket.made.length;
      const began = Date.now();
      FakeSocket.last.drop(1006);
      while (FakeSocket.made.length === before) {
        vi.advanceTimersByTime(100);
      }
      pauses.push(Date.now() - began);
    }

    expect(pauses).toEqual([500, 1000, 2000, 4000, 8000, 16000, 30000, 30000, 30000]);
  });

  it('comes back at once where it was too slow, and when the network is there again', () => {
    listening();
    FakeSocket.last.drop(4008);
    vi.advanceTimersByTime(0);
    expect(FakeSocket.made.length).toBe(2);

    FakeSocket.last.drop(1006);
    window.dispatchEvent(new Event('online'));
    expect(FakeSocket.made.length).toBe(3);
  });

  it('does not come back by itself where the session has ended', () => {
    const { stream } = listening();
    FakeSocket.last.drop(4001);
    vi.advanceTimersByTime(100_000);

    expect([stream.state, FakeSocket.made.length]).toEqual(['ended', 1]);
  });

  it('closes a while after the last listener has left, and not where another came', () => {
    const { stream, listener } = listening();
    listener.dispose();
    const second = stream.listen({});
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.last.closed).toBe(false);

    second.dispose();
    vi.advanceTimersByTime(20_000);
    expect([FakeSocket.last.closed, stream.state]).toEqual([true, 'off']);
  });
});
