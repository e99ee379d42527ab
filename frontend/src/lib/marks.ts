import type { Mark } from './types';

/** Return the outline of a mark around 0, 0; all marks have the area of a square of this side. */
export function outline(mark: Mark, side: number): string {
  const h = side / 2;
  switch (mark) {
    case 'deal': {
      const r = side / Math.sqrt(Math.PI);
      return `M${-r},0a${r},${r} 0 1 0 ${2 * r},0a${r},${r} 0 1 0 ${-2 * r},0Z`;
    }
    case 'ceasefire': {
      const d = side / Math.SQRT2;
      return `M0,${-d}L${d},0L0,${d}L${-d},0Z`;
    }
    case 'won':
    case 'won-other': {
      const a = side * 1.52;
      const tall = (a * Math.sqrt(3)) / 2;
      return `M0,${-tall * 0.6}L${a / 2},${tall * 0.4}L${-a / 2},${tall * 0.4}Z`;
    }
    default:
      return `M${-h},${-h}H${h}V${h}H${-h}Z`;
  }
}

/** How the line of an outcome is dashed. */
export const DASH: Record<Mark, string | undefined> = {
  deal: undefined,
  ceasefire: '16 3',
  none: '2 3',
  faded: '2 3',
  won: '6 2',
  'won-other': '6 2',
};
