/** What lies in the other files of a page, which it appends to each other; here it does nothing. */

const nothing = () => undefined;
const NAMES = ['guarding', 'popping', 'suggesting', 'completing', 'leading', 'dragging', 'framed', 'heldOn', 'handedOver', 'entered'];

export const elsewhere = Object.fromEntries(NAMES.map(name => [name, nothing]));
