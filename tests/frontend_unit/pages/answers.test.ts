/** What was wrong with a form stands at its fields, and goes with the next answer; what was taken is not lost. */

import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { page } from './elsewhere';

const nothing = () => undefined;
const told: Array<() => void> = [];
const sent: string[] = [];
const model = {
  dark: false,
  answered: {} as object,
  on: (name: string, tell: () => void) => name === 'answered' && told.push(tell),
  send_msg: ({ act }: { act: string }) => sent.push(act)
};
let losing: () => boolean;

beforeAll(() => {
  vi.useFakeTimers(); // a notice is looked for later, when there is no document any more
  ({ losing } = page(model));
});
afterAll(() => void vi.useRealTimers());

beforeEach(() => {
  document.body.innerHTML =
    '<form><div class="field"><input name="email" aria-describedby="hint"></div>' +
    '<fieldset data-name="roles"><input type="checkbox" name="role viewer"></fieldset>' +
    '<div class="field"><textarea name="csv"></textarea></div><div class="acts"><button data-act="invite">Invite</button></div></form>';
  Element.prototype.scrollIntoView = nothing;
  HTMLFormElement.prototype.reportValidity = () => true;
});

const press = (form = document.querySelector('form')!) => form.querySelector('button')!.click();

function write(text: string, form = document.querySelector('form')!) {
  const field = form.querySelector<HTMLInputElement>('[name=email]')!;
  field.value = text;
  field.dispatchEvent(new Event('input', { bubbles: true, composed: true }));
}

function answer(said = '', faults: string[][] = []) {
  model.answered = { act: 'invite', faults, said };
  told.forEach(tell => tell());
}

/** What is written at the fields of the form after an answer. */
function after(...faults: string[][]): string[] {
  press();
  answer('Nobody was invited.', faults);
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

describe('What was written', () => {
  it('is the server\'s once it was taken, and not before', () => {
    write('ada@example.org');
    press();
    expect(losing()).toBe(true);
    answer('Nobody was invited.');
    expect(losing()).toBe(true);
    press();
    answer();
    expect(losing()).toBe(false);
  });

  it('is not the server\'s where it was written after the press', () => {
    write('ada@example.org');
    press();
    write('bob@example.org');
    answer();

    expect(losing()).toBe(true);
  });

  it('is not the server\'s where another form of the same act was answered', () => {
    const another = document.querySelector('form')!.cloneNode(true) as HTMLFormElement;
    document.body.append(another);
    press();
    write('bob@example.org', another);
    press(another);
    answer();

    expect(losing()).toBe(true);
  });
});
