/** The files of a page: plain scripts, which it appends to each other. */

// @ts-expect-error vite gives what a file says
import ageing from '../../../workbench/ui/ageing.js?raw';
// @ts-expect-error likewise
import anchors from '../../../workbench/ui/anchors.js?raw';
// @ts-expect-error likewise
import answers from '../../../workbench/ui/answers.js?raw';
// @ts-expect-error likewise
import complete from '../../../workbench/ui/complete.js?raw';
// @ts-expect-error likewise
import dragging from '../../../workbench/ui/dragging.js?raw';
// @ts-expect-error likewise
import framed from '../../../workbench/ui/framed.js?raw';
// @ts-expect-error likewise
import kept from '../../../workbench/ui/kept.js?raw';
// @ts-expect-error likewise
import popovers from '../../../workbench/ui/popovers.js?raw';
// @ts-expect-error likewise
import presence from '../../../workbench/ui/presence.js?raw';
// @ts-expect-error likewise
import suggest from '../../../workbench/ui/suggest.js?raw';
// @ts-expect-error likewise
import unsaved from '../../../workbench/ui/unsaved.js?raw';

const FILES = [presence, unsaved, kept, popovers, suggest, anchors, complete, answers, dragging, framed, ageing];

/** What the server gives a page that is in English. */
const ENGLISH = {
  words: {},
  ages: {
    now: 'just now',
    s: '{n}\u202fs ago',
    min: '{n}\u202fmin ago',
    h: '{n}\u202fh ago',
    yesterday: 'yesterday',
    d: '{n}\u202fd ago'
  }
};

/** Begin as a page does; answers what tests ask of it. */
export function page(model: object): { losing: () => boolean } {
  const whole = FILES.join('\n').replace('export function render', 'function render');
  const { render, ...rest } = new Function(`${whole}; return { render, losing };`)();
  Object.assign(model, { ...ENGLISH, ...model });
  render({ model, view: { model: {} } });
  return rest;
}
