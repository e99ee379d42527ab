import type { LeversData } from './types';

/** How much each level of a lever counts at a value, its level as written first; the same rule as in the grid's maker. */
export function weights(levels: number[], value: number | null): number[] {
  if (value === null) return [1, ...levels.map(() => 0)];
  const step = (levels[1] ?? 0) - (levels[0] ?? 0);
  return [0, ...levels.map((level) => Math.max(1 - Math.abs(value - level) / step, 0))];
}

/** Return the curve where the levers stand at some values, null for as written. */
export function curveAt(data: LeversData, values: (number | null)[]): number[] {
  let here = data.values;
  let size = here.length;
  data.levers.forEach((lever, place) => {
    const own = weights(lever.levels, values[place] ?? null);
    size /= own.length;
    const next = new Array<number>(size).fill(0);
    own.forEach((weight, level) => {
      if (weight) for (let at = 0; at < size; at++) next[at] = (next[at] ?? 0) + weight * (here[level * size + at] ?? 0);
    });
    here = next;
  });
  return here.map((share) => share / 1000);
}

/** Whether every lever stands where the curve was computed. */
export function isComputed(data: LeversData, values: (number | null)[]): boolean {
  return data.levers.every(({ levels, low, high }, place) => {
    const value = values[place] ?? null;
    return value === null || levels.some((level) => Math.abs(level - value) < (high - low) * 1e-6);
  });
}

const START = '#set=';

/** Read where the levers stand from the fragment of the address; what it does not name is as written. */
export function fromFragment(data: LeversData, fragment: string): (number | null)[] {
  const found = new Map(
    fragment.startsWith(START)
      ? fragment.slice(START.length).split(';').map((part) => part.split(':') as [string, string])
      : [],
  );
  return data.levers.map(({ id, low, high }) => {
    const value = Number(found.get(id) ?? NaN);
    return Number.isFinite(value) && value >= low && value <= high ? value : null;
  });
}

export function toFragment(data: LeversData, values: (number | null)[]): string {
  const parts = data.levers.flatMap(({ id }, place) => {
    const value = values[place] ?? null;
    return value === null ? [] : [`${id}:${Number(value.toPrecision(6))}`];
  });
  return parts.length ? START + parts.join(';') : '#moves';
}

const DAYS_A_MONTH = 365.25 / 12;
const MONTHS_FROM = 60;

/** Write a value to three digits, a length of time in days or months. */
export function amount(value: number, days: boolean): string {
  if (days && value >= MONTHS_FROM) return counted(Math.round(value / DAYS_A_MONTH), 'month');
  if (days) return counted(Math.round(value), 'day');
  return `${Number(value.toPrecision(3))}`.replace('-', '−');
}

function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
