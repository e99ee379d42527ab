import { unpacked } from './packed';
import type { LeversData } from './types';

/** Where the levers stand, null for as written, and which switch is on, -1 for none. */
export interface Setting {
  values: (number | null)[];
  on: number;
}

/** Settings that were played: `counts` of histories by series, date and setting. */
export interface Surface {
  on: number;
  levers: number[];
  levels: number[][];
  settings: number;
  counts: Float64Array;
}

/** What is known of a setting, in shares: by date what has `reached` the outcome and what is in each of the `states`;
 * `gained`, what reaches it by the end that does not as written; `isPlayed`, whether none of it is interpolated. */
export interface Curves {
  reached: number[];
  gained: number;
  isPlayed: boolean;
  states: number[][];
}

export interface Share {
  p: number;
  low: number;
  high: number;
}

/** Take the surfaces apart: from date to date, and there from setting to setting, what is packed are differences. */
export async function surfacesOf(data: LeversData): Promise<Surface[]> {
  const numbers = await unpacked(data.packed);
  const [dates, series] = [data.dates.length, data.states.length + 1];
  let next = 0;
  return data.surfaces.map((surface) => {
    const settings = surface.levels.reduce((size, own) => size * (own.length + 1), 1);
    const counts = new Float64Array(series * dates * settings);
    for (let row = 0; row < series * dates; row++) {
      let step = 0;
      for (let at = 0; at < settings; at++) {
        step += numbers[next++] ?? 0;
        const before = row % dates ? (counts[(row - 1) * settings + at] ?? 0) : 0;
        counts[row * settings + at] = before + step;
      }
    }
    return { on: surface.switch, levers: surface.levers, levels: surface.levels, settings, counts };
  });
}

/** The levers that are moved, but for those that a switch holds. */
export function movedIn(data: LeversData, { values, on }: Setting): number[] {
  const held = data.switches[on]?.held ?? {};
  return data.levers.map((_, place) => place).filter((place) => values[place] !== null && !(place in held));
}

/** Return what is known of a setting; null where nothing near it was played. */
export function curvesAt(data: LeversData, surfaces: Surface[], setting: Setting): Curves | null {
  const moved = movedIn(data, setting);
  const surface = surfaces.find(({ on, levers }) => on === setting.on && moved.every((place) => levers.includes(place)));
  if (!surface) return null;
  const corners = cornersOf(surface, setting.values);
  const dates = data.dates.length;
  const row = (series: number, date: number) => {
    let count = 0;
    for (const [at, weight] of corners) count += weight * (surface.counts[(series * dates + date) * surface.settings + at] ?? 0);
    return count / data.trials;
  };
  const curve = (series: number) => data.dates.map((_, date) => row(series, date));
  const states = data.states.slice(1).map((_, at) => curve(at + 2));
  const top = data.dates.map((_, date) => Math.max(1 - states.reduce((sum, state) => sum + (state[date] ?? 0), 0), 0));
  return { reached: curve(0), gained: row(1, dates - 1), isPlayed: corners.length === 1, states: [...states, top] };
}

/** Return which settings of a surface count at some values, and how much. */
function cornersOf(surface: Surface, values: (number | null)[]): [number, number][] {
  let corners: [number, number][] = [[0, 1]];
  surface.levers.forEach((lever, place) => {
    const own = weights(surface.levels[place] ?? [], values[lever] ?? null);
    corners = corners.flatMap(([at, weight]) =>
      own.flatMap((part, level): [number, number][] => (part ? [[at * own.length + level, weight * part]] : [])),
    );
  });
  return corners;
}

/** How much each level of a lever counts at a value, its level as written first; the same rule as in the grid's maker. */
export function weights(levels: number[], value: number | null): number[] {
  if (value === null) return [1, ...levels.map(() => 0)];
  const step = (levels[1] ?? 0) - (levels[0] ?? 0);
  return [0, ...levels.map((level) => Math.max(1 - Math.abs(value - level) / step, 0))];
}

const NORMAL_975 = 1.959963984540054;

/** Return a share with its 95 % Wilson interval. */
export function withInterval(p: number, trials: number): Share {
  const z2 = NORMAL_975 ** 2;
  const centre = (p + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (NORMAL_975 * Math.sqrt((p * (1 - p)) / trials + z2 / (4 * trials ** 2))) / (1 + z2 / trials);
  return { p, low: p <= 0 ? 0 : Math.max(centre - half, 0), high: p >= 1 ? 1 : Math.min(centre + half, 1) };
}

/** Return the difference of two shares of the same histories with its 95 % interval (Agresti and Min 2005). */
export function change(p: number, written: number, gained: number, trials: number): Share {
  const more = gained * trials + 0.5;
  const less = Math.max(gained - (p - written), 0) * trials + 0.5;
  const all = trials + 2;
  const centre = (more - less) / all;
  const half = (NORMAL_975 * Math.sqrt(Math.max(more + less - (more - less) ** 2 / all, 0))) / all;
  return { p: p - written, low: Math.max(centre - half, -1), high: Math.min(centre + half, 1) };
}

/** Read from the fragment of the address where levers and switch stand; what it does not name is as written. */
export function fromFragment(data: LeversData, fragment: string): Setting {
  const parts = fragment.slice(1).split('&').map((part) => part.split('=') as [string, string]);
  const named = (key: string) => parts.find(([name]) => name === key)?.[1] ?? '';
  const found = new Map(named('set').split(';').map((part) => part.split(':') as [string, string]));
  const values = data.levers.map(({ id, low, high }) => {
    const value = Number(found.get(id) || NaN);
    return Number.isFinite(value) && value >= low && value <= high ? value : null;
  });
  return { values, on: data.switches.findIndex(({ id }) => id === named('with')) };
}

export function toFragment(data: LeversData, { values, on }: Setting): string {
  const set = data.levers.flatMap(({ id }, place) => {
    const value = values[place] ?? null;
    return value === null ? [] : [`${id}:${Number(value.toPrecision(6))}`];
  });
  const parts = [set.length ? `set=${set.join(';')}` : '', on >= 0 ? `with=${data.switches[on]?.id}` : ''];
  return `#${parts.filter(Boolean).join('&') || 'moves'}`;
}

export function isSetting(fragment: string): boolean {
  return /^#(set|with)=/.test(fragment);
}

const DAYS_A_MONTH = 365.25 / 12;
const MONTHS_FROM = 60;

/** Write a value to three digits, a length of time in days or months. */
export function amount(value: number, days: boolean): string {
  if (days && value >= MONTHS_FROM) return counted(Math.round(value / DAYS_A_MONTH), 'month');
  if (days) return counted(Math.round(value), 'day');
  return value.toLocaleString('en', { maximumSignificantDigits: 3 }).replace('-', '−');
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Write a share as so many of 100. */
export function of100(share: number): string {
  if (share > 0 && share < 0.005) return '<1';
  return share < 1 && share > 0.995 ? '>99' : `${Math.floor(100 * share + 0.5 + 1e-9)}`;
}

/** Write a change in points, its sign before it. */
export function points(share: number): string {
  const number = Math.round(Math.abs(100 * share) + 1e-9);
  return number ? `${share > 0 ? '+' : '−'}${number}` : '0';
}
