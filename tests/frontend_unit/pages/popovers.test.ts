/** A menu that somebody opened stays open while the page draws it anew, until something in it is done. */

import { beforeAll, beforeEach, expect, it } from 'vitest';

// @ts-expect-error the files of a page are plain scripts that it appends to each other
import popovers from '../../../workbench/ui/popovers.js?raw';

beforeAll(() => new Function(`${popovers}; popping();`)());

const menu = () => document.querySelector('details')!;

/** The menu as the page draws it: closed, and open by a press. */
async function draw(): Promise<void> {
  document.body.innerHTML = '<details class="tell"><summary>Publish</summary><input><button data-act="publish">Go</button></details>';
  await new Promise(resolve => setTimeout(resolve));
}

beforeEach(async () => {
  await draw();
  menu().querySelector('summary')!.click();
  menu().open = true; // as a browser does
});

it('stays open as often as it is drawn anew', async () => {
  await draw();
  await draw();

  expect(menu().open).toBe(true);
});

it('is closed when what it is for is done', async () => {
  menu().querySelector('button')!.click();
  await draw();

  expect(menu().open).toBe(false);
});

it('stays closed where she closed it', async () => {
  menu().open = false;
  await draw();

  expect(menu().open).toBe(false);
});
