type Pairs = [number, number][];

/** Write a place to a thousandth of a pixel. */
function at([x, y]: [number, number]): string {
  return `${rounded(x)},${rounded(y)}`;
}

function rounded(place: number): number {
  return Math.round(1000 * place) / 1000;
}

export function lineOf(points: Pairs): string {
  return points.length ? `M${points.map(at).join('L')}` : '';
}

/** Return a line that keeps its height until the next place. */
export function stepsOf(points: Pairs): string {
  return lineOf(points.flatMap(([x, y], place): Pairs => (place ? [[x, points[place - 1]?.[1] ?? y], [x, y]] : [[x, y]])));
}

/** Return the outline of what lies between two lines over the same places. */
export function between(xs: number[], low: number[], high: number[]): string {
  const along = (ys: number[]) => xs.map((x, place): [number, number] => [x, ys[place] ?? 0]);
  return xs.length ? `${lineOf([...along(high), ...along(low).reverse()])}Z` : '';
}
