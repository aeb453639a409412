/** What was wrong with a form stands at its fields, and goes with the next answer. */

import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { render } from '../../../workbench/ui/presence.js';
// @ts-expect-error the files of a page are plain scripts that it appends to each other
import answers from '../../../workbench/ui/answers.js?raw';

import { elsewhere } from './elsewhere';

const nothing = () => undefined;
const told: Array<() => void> = [];
const model = {
  dark: false,
  answered: {} as object,
  on: (name: string, tell: () => void) => name === 'answered' && told.push(tell),
  send_msg: nothing
};

beforeAll(() => {
  Object.assign(globalThis, elsewhere);
  // As the page does: what stands at the top of one file is known in the other.
  Object.assign(globalThis, new Function(`${answers}; return { sentBy, answered };`)());
  Object.assign(globalThis, { sentAs: new WeakMap() });
  render({ model, view: { model: {} } });
});

beforeEach(() => {
  document.body.innerHTML =
    '<form><div class="field"><input name="email" aria-describedby="hint"></div>' +
    '<fieldset data-name="roles"><input type="checkbox" name="role viewer"></fieldset>' +
    '<div class="field"><textarea name="csv"></textarea></div><div class="acts"><button data-act="invite">Invite</button></div></form>';
  Element.prototype.scrollIntoView = nothing;
  HTMLFormElement.prototype.reportValidity = () => true;
  document.querySelector('button')!.click();
});

/** What is written at the fields of the form after an answer. */
function after(...faults: string[][]): string[] {
  model.answered = { act: 'invite', faults, said: 'Nobody was invited.' };
  told.forEach(tell => tell());
  return [...document.querySelectorAll('.field > .wrong, fieldset > .wrong')].map(note => `${note.parentElement!.firstElementChild!.getAttribute('name')}: ${note.textContent}`);
}

describe('An answer', () => {
  it('marks each field that it is about, and leads to the first', () => {
    expect(after(['/email', 'is none'], ['/roles', 'is required'], ['/csv/3', 'line 3: no'], ['/other', 'x'])).toEqual([
      'email: is none',
      'role viewer: is required',
      'csv: line 3: no'
    ]);
    expect(document.querySelector('.acts')!.textContent).toBe('InviteNobody was invited.');
    expect(document.activeElement?.getAttribute('name')).toBe('email');
    expect(document.activeElement?.getAttribute('aria-describedby')).toBe('hint wb-fault--email');
  });

  it('writes nothing beside a field of which the page says so itself', () => {
    document.querySelector('[name=csv]')!.setAttribute('aria-invalid', 'true');

    expect(after(['/csv', 'no'])).toEqual([]);
    expect(document.activeElement?.getAttribute('name')).toBe('csv');
  });

  it('takes the marks of the one before away', () => {
    after(['/email', 'is none']);

    expect(after()).toEqual([]);
    expect(document.querySelector('[aria-invalid]')).toBeNull();
    expect(document.querySelector('[name=email]')!.getAttribute('aria-describedby')).toBe('hint');
  });
});
