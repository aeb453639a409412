/** Our icons; those of status tell by their shape too, not by colour alone. */

import { LabIcon } from '@jupyterlab/ui-components';

function icon(name: string, inner: string): LabIcon {
  const svgstr = `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">${inner}</svg>`;
  return new LabIcon({ name: `workbench:${name}`, svgstr });
}

const line = (d: string) =>
  `<path class="jp-icon3-stroke jp-icon-stroke" fill="none" stroke="var(--jp-inverse-layout-color3)" stroke-width="2"` +
  ` stroke-linejoin="round" stroke-linecap="round" d="${d}"/>`;

/** Three stages that lead on: data in, a notebook, a table. */
export const workbenchIcon = icon(
  'workbench',
  line('M4 6h5v5H4zM15 13h5v5h-5zM9 8.5h4.5a3 3 0 0 1 3 3V13') + line('M4 18h7')
);
export const starIcon = icon('star', line('M12 4l2.4 5 5.6.8-4 3.9.9 5.5-4.9-2.6-4.9 2.6.9-5.5-4-3.9 5.6-.8z'));
export const starredIcon = icon(
  'starred',
  '<path fill="var(--jp-warn-color1)" d="M12 3l2.8 5.8 6.2.9-4.5 4.5 1 6.3-5.5-3-5.5 3 1-6.3L3 9.7l6.2-.9z"/>'
);
