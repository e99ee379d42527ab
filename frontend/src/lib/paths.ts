import { area, curveStepAfter, line } from 'd3-shape';

type Pairs = [number, number][];

const straight = line<[number, number]>();
const steps = line<[number, number]>().curve(curveStepAfter);

export function lineOf(points: Pairs): string {
  return straight(points) ?? '';
}

export function stepsOf(points: Pairs): string {
  return steps(points) ?? '';
}

/** Return the outline of what lies between two lines over the same places. */
export function between(xs: number[], low: number[], high: number[]): string {
  const shape = area<number>()
    .x((at) => xs[at] ?? 0)
    .y0((at) => low[at] ?? 0)
    .y1((at) => high[at] ?? 0);
  return shape(xs.map((_, at) => at)) ?? '';
}
