const LETTER = 0.53;

/** About how wide a text is at a size in pixels: there is no need to measure what only has to fit. */
export function widthOf(text: string, size: number): number {
  return text.length * size * LETTER;
}

/** Break a text into lines of a width, the last of so many cut off with dots. */
export function wrapped(text: string, width: number, size: number, most = 9): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word;
    if (line && widthOf(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line) lines.push(line);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept[most - 1] = `${kept[most - 1]}…`;
  return kept;
}

/** Push places apart so that each has its height, in order, within bounds where they fit. */
export function apart(places: number[], heights: number[], low: number, high: number): number[] {
  const order = places.map((_, at) => at).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const found = [...places];
  let free = low;
  for (const at of order) {
    const half = (heights[at] ?? 0) / 2;
    found[at] = Math.max(places[at] ?? 0, free + half);
    free = (found[at] ?? 0) + half;
  }
  let ceiling = high;
  for (const at of [...order].reverse()) {
    const half = (heights[at] ?? 0) / 2;
    found[at] = Math.min(found[at] ?? 0, ceiling - half);
    ceiling = (found[at] ?? 0) - half;
  }
  return found;
}
