/** How long ago something was goes on being true while a page is open. */

import { afterEach, expect, it, vi } from 'vitest';

import { page } from './elsewhere';

afterEach(() => void vi.useRealTimers());

it('is said as the server says it, by the clock of the server', () => {
  const hour = 3_600_000;
  vi.useFakeTimers();
  vi.setSystemTime(new Date('2026-03-01T15:00:00Z')); // three hours ahead of the server
  page({ dark: false, clock: Date.parse('2026-03-01T12:00:00Z'), on: () => undefined });
  document.body.innerHTML = '<p></p>';
  const shadow = document.querySelector('p')!.attachShadow({ mode: 'open' });
  shadow.innerHTML = '<time datetime="2026-03-01T11:59:45+00:00">10\u202fs ago</time>';

  const said = [0, 60_000, hour, 24 * hour, 24 * hour].map(ms => {
    vi.setSystemTime(Date.now() + ms);
    vi.advanceTimersByTime(10_000);
    return shadow.textContent;
  });

  expect(said).toEqual(['20\u202fs ago', '1\u202fmin ago', '1\u202fh ago', 'yesterday', '2\u202fd ago']);
});
