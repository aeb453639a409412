/** What only the browser can do on a page: the server is not asked. */

import { beforeAll, describe, expect, it, vi } from 'vitest';

import { page } from './elsewhere';

const nothing = () => undefined;
const words: Record<string, string> = {};

beforeAll(() => {
  page({ dark: false, on: nothing, words });
});

/** A button that copies `text`; what it says after a press. */
async function pressed(text: string, button = document.createElement('button')): Promise<string | null> {
  Object.assign(button.dataset, { act: 'copy-code', value: text });
  button.textContent ||= 'Copy';
  document.body.append(button);
  button.click();
  await new Promise(resolve => setTimeout(resolve));
  return button.textContent;
}

/** A browser whose clipboard and whose own command say whether they copied; what was copied. */
function browser(clipboard: (() => Promise<void>) | null, command: boolean): string[] {
  const copied: string[] = [];
  const take = (text: string) => void copied.push(text);
  vi.stubGlobal('navigator', { clipboard: clipboard ? { writeText: (text: string) => clipboard().then(() => take(text)) } : undefined });
  document.execCommand = () => {
    const box = document.activeElement as HTMLTextAreaElement;
    take(box.value.slice(box.selectionStart, box.selectionEnd));
    return command;
  };
  return copied;
}

describe('Copy', () => {
  it('says so when the text is on the clipboard', async () => {
    const copied = browser(async () => undefined, false);

    expect(await pressed('wb.read("x")')).toBe('Copied');
    expect(copied).toEqual(['wb.read("x")']);
  });

  it.each([
    ['is on plain http, which has no clipboard', null],
    ['may not use the clipboard', () => Promise.reject(new Error('no'))]
  ])('copies as a person does where the page %s', async (_, clipboard) => {
    const copied = browser(clipboard, true);

    expect(await pressed('two\nlines')).toBe('Copied');
    expect(copied).toEqual(['two\nlines']);
    expect(document.querySelector('textarea')).toBeNull();
    expect(document.activeElement?.textContent).toBe('Copied');
  });

  it('says that it could not', async () => {
    browser(null, false);

    expect(await pressed('x')).toBe('Could not be copied');
  });

  it('says it in the words that the server gave', async () => {
    browser(async () => undefined, false);
    words['Copied'] = 'Kopiert';

    expect(await pressed('x')).toBe('Kopiert');
    delete words['Copied'];
  });

  it('says its own word again, also after it was pressed twice', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'], shouldAdvanceTime: true });
    browser(async () => undefined, false);
    const button = document.createElement('button');
    await pressed('x', button);
    await pressed('x', button);
    vi.advanceTimersByTime(2000);
    vi.useRealTimers();

    expect(button.textContent).toBe('Copy');
  });
});
