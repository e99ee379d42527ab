/** Whether this browser can take apart what is packed. */
export const canUnpack = typeof DecompressionStream !== 'undefined';

/** Return the whole numbers that are packed in a text; the reverse of what the report's maker does. */
export async function unpacked(text: string): Promise<number[]> {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
  return numbersOf(new Uint8Array(await new Response(stream).arrayBuffer()));
}

/** Read numbers of seven bits a byte, the lowest first, the eighth bit set where more follow; their sign comes first. */
function numbersOf(bytes: Uint8Array): number[] {
  const found: number[] = [];
  let number = 0;
  let shift = 0;
  for (const byte of bytes) {
    number |= (byte & 127) << shift;
    shift += 7;
    if (byte < 128) {
      found.push(number & 1 ? -((number + 1) >> 1) : number >> 1);
      number = shift = 0;
    }
  }
  return found;
}
