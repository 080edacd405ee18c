/** White text on a fill needs this much (WCAG 2.2, 1.4.3). */
const READABLE = 4.5;
const DARKEN = 0.95;

type Rgb = readonly [number, number, number];

/**
 * The application's colour as the pages may use it under white text: as it is where that can be read, else darkened
 * until it can. Undefined when it is no colour, so that nothing but a colour ever reaches the page's `<style>`.
 */
export function safeAccent(colour: string | undefined): string | undefined {
  const given = parse(colour);
  if (colour === undefined || given === undefined) return undefined;
  if (contrastWithWhite(given) >= READABLE) return colour;

  let rgb = given;
  while (contrastWithWhite(rgb) < READABLE) rgb = darker(rgb);
  return `#${rgb.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}

function parse(colour: string | undefined): Rgb | undefined {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(colour ?? '')?.[1];
  if (digits === undefined) return undefined;
  const long = digits.length === 6 ? digits : digits.replace(/./g, '$&$&');
  const value = Number.parseInt(long, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** Scales all channels alike, which keeps the hue; rounding down makes sure that each step is one. */
function darker([red, green, blue]: Rgb): Rgb {
  return [Math.floor(red * DARKEN), Math.floor(green * DARKEN), Math.floor(blue * DARKEN)];
}

/** Contrast ratio and relative luminance as WCAG 2.2 defines them. */
function contrastWithWhite([red, green, blue]: Rgb): number {
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return 1.05 / (luminance + 0.05);
}

function linear(channel: number): number {
  const part = channel / 255;
  return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
}
