/** A form is sent by a key as by a press, and leaves whoever sent it where she was. */

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { page } from './elsewhere';

const FORMS =
  '<details class="tell"><summary>Report a problem</summary><form data-awaits><textarea name="text"></textarea>' +
  '<button type="button" data-act="report">Send</button></form></details>' +
  '<form class="settings"><textarea name="sql"></textarea><input name="title"><input type="checkbox" name="loss">' +
  '<button type="button" data-act="clear">Clear</button><button type="button" class="main" data-act="apply">Apply</button></form>' +
  '<details class="folded"><summary>Name and type</summary><form><input name="name"><button type="button" data-act="column">Change</button></form></details>';
const sent: string[] = [];
const told: Record<string, () => void> = {};
const model = {
  dark: false,
  answered: {},
  on: (name: string, tell: () => void) => (told[name] = tell),
  send_msg: ({ act }: { act: string }) => sent.push(act)
};
const moment = () => new Promise(resolve => setTimeout(resolve));
const found = <T extends HTMLElement>(selector: string) => document.querySelector<T>(selector)!;

beforeAll(() => {
  HTMLFormElement.prototype.reportValidity = () => true;
  Element.prototype.scrollIntoView = () => undefined;
  page(model);
});

beforeEach(() => {
  document.body.innerHTML = `<main>${FORMS}</main>`;
  sent.length = 0;
});

afterEach(async () => {
  (document.activeElement as HTMLElement).blur();
  document.body.innerHTML = ''; // what watches for a part that is drawn anew ends with it
  await moment();
});

/** Press Enter in a field; then the server draws all of it anew. */
async function enter(selector: string, init: KeyboardEventInit = {}): Promise<void> {
  found(selector).focus();
  found(selector).dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true, composed: true, ...init }));
  found('main').innerHTML = FORMS;
  await moment();
}

describe('Enter', () => {
  it.each([
    ['in a line', '[name=title]', {}, ['apply']],
    ['with Ctrl in a box of several lines', '[name=sql]', { ctrlKey: true }, ['apply']],
    ['in a box of several lines', '[name=sql]', {}, []],
    ['on a box to tick', '[name=loss]', {}, []],
    ['that ends a word being composed', '[name=title]', { isComposing: true }, []]
  ])('%s presses the main button of its form, or does not', async (_, selector, init, acts) => {
    await enter(selector, init);

    expect(sent).toEqual(acts);
  });

  it('leaves the focus where it was pressed', async () => {
    await enter('[name=sql]', { ctrlKey: true });

    expect(document.activeElement).toBe(found('[name=sql]'));
  });

  it('leaves the focus at what folds the field, where it is folded by then', async () => {
    found<HTMLDetailsElement>('.folded').open = true;
    await enter('[name=name]');

    expect(document.activeElement?.textContent).toBe('Name and type');
  });
});

describe('What was told to an owner', () => {
  it('is put away, with the focus where it was opened, once it was taken', () => {
    const sends = (answered: object) => {
      found('[data-act=report]').focus();
      found('[data-act=report]').click();
      Object.assign(model, { answered: { act: 'report', ...answered } });
      told.answered();
    };
    found<HTMLDetailsElement>('.tell').open = true;
    found<HTMLTextAreaElement>('[name=text]').value = 'upside down';

    sends({ faults: [], said: 'Too many were told already.' });
    expect([found<HTMLDetailsElement>('.tell').open, found<HTMLTextAreaElement>('[name=text]').value]).toEqual([true, 'upside down']);

    sends({ faults: [], said: '' });
    expect([found<HTMLDetailsElement>('.tell').open, found<HTMLTextAreaElement>('[name=text]').value]).toEqual([false, '']);
    expect(document.activeElement?.textContent).toBe('Report a problem');
  });
});
