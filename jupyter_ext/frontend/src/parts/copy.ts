/** The clipboard, which a browser gives to pages of https alone. */

/** Copy a text; whether it could be. */
export async function copied(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedFromField(text);
  }
}

/** Copy as people do, who select a text and press keys; browsers let every page do so after a press. */
function copiedFromField(text: string): boolean {
  const before = document.activeElement as HTMLElement | null;
  const field = document.body.appendChild(document.createElement('textarea'));
  field.className = 'wb-Unseen';
  field.value = text;
  field.focus();
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus({ preventScroll: true });
  return done;
}
