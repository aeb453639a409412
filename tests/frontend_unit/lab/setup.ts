/** What JupyterLab's packages expect of a browser and jsdom lacks. */

globalThis.DragEvent ??= class extends MouseEvent {} as unknown as typeof DragEvent;
globalThis.ResizeObserver ??= class {
  observe(): void {}
  disconnect(): void {}
  unobserve(): void {}
} as unknown as typeof ResizeObserver;
(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;
const nothing = () => undefined;
window.matchMedia ??= () =>
  ({
    matches: false,
    addEventListener: nothing,
    removeEventListener: nothing,
    addListener: nothing,
    removeListener: nothing
  }) as unknown as MediaQueryList;
