/** Whether somebody uses this window: what is asked then is asked by a person, and keeps her signed in. */

const MOMENT_MS = 2000;
let used = -Infinity;

for (const kind of ['pointerdown', 'keydown']) {
  window.addEventListener(kind, () => (used = Date.now()), { capture: true, passive: true });
}

/** Whether a key or button was pressed just now. */
export function isUsed(): boolean {
  return Date.now() - used < MOMENT_MS;
}
