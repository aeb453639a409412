/** What somebody fills in stays when the page draws the form anew meanwhile. */

import { beforeAll, expect, it } from 'vitest';

import { page } from './elsewhere';

beforeAll(() => {
  page({ dark: false, on: () => undefined });
});

/** A row for each group, with a list of people to add. */
function draw(...groups: string[]): void {
  const options = ['ada', 'ivo'].map(name => `<option>${name}</option>`).join('');
  document.body.innerHTML = groups
    .map(
      id =>
        `<form data-awaits><input type="hidden" name="id" value="${id}"><select name="user">${options}</select>` +
        '<button data-act="join">Add</button></form>'
    )
    .join('');
}

const lists = () => [...document.querySelectorAll('select')];
const drawn = () => new Promise(resolve => setTimeout(resolve));

it('is who was chosen, in the same row, also where the rows moved', async () => {
  draw('makers', 'readers');
  lists()[1].focus();
  lists()[1].value = 'ivo';
  draw('analysts', 'makers', 'readers');
  await drawn();

  expect(lists().map(list => list.value)).toEqual(['ada', 'ada', 'ivo']);
  expect(document.activeElement).toBe(lists()[2]);
});

it('is what was written, also where the focus was told to nobody', async () => {
  draw('cooks');
  lists()[0].value = 'ivo';
  lists()[0].dispatchEvent(new Event('input', { bubbles: true }));
  draw('cooks');
  await drawn();

  expect(lists()[0].value).toBe('ivo');
});

it('is gone with its row', async () => {
  draw('bakers', 'waiters');
  lists()[1].focus();
  lists()[1].value = 'ivo';
  draw('bakers');
  await drawn();

  expect(lists().map(list => list.value)).toEqual(['ada']);
});
