/** The parts that everything is made of. */

import { Boundary } from '@lab/parts/boundary';
import { ago, counted, took } from '@lab/parts/times';
import { useWalk, VirtualList } from '@lab/parts/virtual';
import { nullTranslator } from '@jupyterlab/translation';
import * as React from 'react';
import { act } from 'react';
import { describe, expect, it, vi } from 'vitest';

import { json } from './fakes';
import { draw, settled, tools } from './worlds';

const NOW = Date.parse('2026-03-01T12:00:00Z');

describe('times', () => {
  it.each([
    ['2026-03-01T11:59:50Z', '10 sec. ago'],
    ['2026-03-01T11:57:00Z', '3 min. ago'],
    ['2026-03-01T09:00:00Z', '3 hr. ago'],
    ['2026-02-28T12:00:00Z', 'yesterday']
  ])('%s was %s', (moment, words) => {
    expect(ago(moment, NOW)).toBe(words);
  });

  it.each([
    [840, '0.8 s'],
    [12_400, '12 s'],
    [185_000, '3:05'],
    [3_723_000, '1:02:03'],
    [-5, '0.0 s']
  ])('%i ms took %s', (milliseconds, words) => {
    expect(took(milliseconds)).toBe(words);
  });

  it('counts with separators', () => {
    expect(counted(336776)).toBe((336776).toLocaleString(navigator.language));
  });
});

function Numbered({ item }: { item: string }): JSX.Element {
  return (
    <>
      <button {...useWalk()}>{item}</button>
      <button {...useWalk()} aria-label={`more of ${item}`} />
    </>
  );
}

function list(length: number, more = false, onEnd = () => undefined) {
  const items = Array.from({ length }, (_, place) => `item ${place}`);
  return draw(
    <VirtualList items={items} more={more} onEnd={onEnd} rowHeight={40} label="Things" busy={false} keyOf={item => item}>
      {item => <Numbered item={item} />}
    </VirtualList>,
    tools(() => json({}))
  );
}

const key = (place: HTMLElement, name: string) =>
  act(() => {
    place.dispatchEvent(new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true }));
  });

describe('a list of any length', () => {
  it('draws some of 10,000 rows, says how many there are and is as high as all', () => {
    const { place } = list(10_000);
    const rows = place.querySelectorAll('[role=listitem]');

    expect(rows.length).toBeLessThan(30);
    expect(rows[0].getAttribute('aria-setsize')).toBe('10000');
    expect(place.querySelector<HTMLElement>('[role=list]')!.style.blockSize).toBe('400000px');
  });

  it('asks for more when its end is near, and not before', () => {
    const onEnd = vi.fn();
    list(100, true, onEnd);
    expect(onEnd).not.toHaveBeenCalled();

    list(12, true, onEnd);
    expect(onEnd).toHaveBeenCalled();
  });

  it('is one stop for Tab, and the arrows lead through it', async () => {
    const { place } = list(50);
    const reached = () => [...place.querySelectorAll<HTMLElement>('[tabindex="0"]')].map(each => each.textContent);
    expect(reached()).toEqual(['item 0', '']);

    act(() => place.querySelector<HTMLElement>('button')!.focus());
    key(document.activeElement as HTMLElement, 'ArrowDown');
    await settled();
    expect(document.activeElement!.textContent).toBe('item 1');

    key(document.activeElement as HTMLElement, 'End');
    await settled();
    expect(document.activeElement!.textContent).toBe('item 49');

    key(document.activeElement as HTMLElement, 'ArrowRight');
    expect(document.activeElement!.getAttribute('aria-label')).toBe('more of item 49');
    key(document.activeElement as HTMLElement, 'ArrowLeft');
    expect(document.activeElement!.textContent).toBe('item 49');
  });
});

describe('a boundary', () => {
  it.each([
    ['ChunkLoadError', 'could not be loaded'],
    ['TypeError', 'has failed: broken']
  ])('says a sentence where a part fails with a %s', (name, words) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const Broken = () => {
      throw Object.assign(new Error('broken'), { name });
    };
    const { text } = draw(
      <Boundary trans={nullTranslator.load('')}>
        <Broken />
      </Boundary>,
      tools(() => json({}))
    );

    expect(text()).toContain(words);
    expect(text()).toContain('Load the page again');
  });
});
