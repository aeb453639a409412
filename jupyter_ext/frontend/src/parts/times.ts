/** Times as people say them, in the language of the page. */

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60]
];

function language(): string {
  return document.documentElement.lang || navigator.language;
}

/** How long ago a moment was. */
export function ago(moment: string, now = Date.now()): string {
  const seconds = (Date.parse(moment) - now) / 1000;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: 'auto', style: 'short' });
  const [unit, size] = UNITS.find(([, length]) => Math.abs(seconds) >= length) ?? ['second', 1];
  return format.format(Math.trunc(seconds / size), unit);
}

/** How long something took, as 0.8 s, 12 s, 3:05 or 1:02:03. */
export function took(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 10) {
    return `${seconds.toLocaleString(language(), { minimumFractionDigits: 1, maximumFractionDigits: 1 })} s`;
  }
  const whole = Math.floor(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const rest = `${Math.floor(whole / 60) % 60}`;
  return `${hours ? `${hours}:${two(Number(rest))}` : rest}:${two(whole % 60)}`;
}

/** A number with the separators of the page's language. */
export function counted(value: number): string {
  return value.toLocaleString(language());
}
