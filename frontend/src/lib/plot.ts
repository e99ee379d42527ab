import { DESK, PAPER } from './layout.svelte';

export interface Plot {
  x0: number;
  x1: number;
  labels: number;
  label: number;
}

/** Return where a chart over time draws, and where the labels beside it stand; the same in all that share an axis. */
export function plotOf(width: number): Plot {
  const x0 = width >= PAPER ? 32 : 26;
  const x1 = width === DESK ? 864 : width === PAPER ? 500 : Math.round(width * 0.66);
  const labels = x1 + (width >= PAPER ? 14 : 8);
  return { x0, x1, labels, label: width - labels };
}
