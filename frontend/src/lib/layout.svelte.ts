/** The width of the page: a desk, a half desk or paper, a phone. Charts are drawn at the width they get, never scaled. */
export const DESK = 1104;
export const PAPER = 703;
const MARGIN = 16;
const NARROWEST = 288;

export type Slot = 'full' | 'seven' | 'five' | 'third' | 'icons';

const ON_DESK: Record<Slot, number> = { full: DESK, seven: 636, five: 444, third: 340, icons: 456 };
const HALF = 340;

function onScreen(): number {
  const room = document.documentElement.clientWidth;
  if (room >= DESK + 2 * MARGIN) return DESK;
  return room >= PAPER + 2 * MARGIN ? PAPER : Math.max(room - 2 * MARGIN, NARROWEST);
}

class Layout {
  width = $state(DESK);

  /** Measure the window, and follow it and the printer. */
  follow(redraw: () => void): void {
    const measure = () => {
      this.width = onScreen();
    };
    measure();
    addEventListener('resize', measure);
    addEventListener('beforeprint', () => {
      this.width = PAPER;
      redraw();
    });
    addEventListener('afterprint', measure);
  }

  /** The width that a place on the page has. */
  of(slot: Slot): number {
    if (this.width === DESK) return ON_DESK[slot];
    return this.width === PAPER && slot !== 'full' && slot !== 'seven' ? HALF : this.width;
  }

  /** Whether there is room for labels beside what they name. */
  get isPhone(): boolean {
    return this.width < PAPER;
  }
}

export const layout = new Layout();
