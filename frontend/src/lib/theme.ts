/** Offer a switch between light and dark; where nothing is chosen the reader's own setting counts. */
export function offerTheme(place: HTMLElement | null): void {
  if (!place) return;
  const root = document.documentElement;
  const dark = matchMedia('(prefers-color-scheme: dark)');
  const button = document.createElement('button');
  button.type = 'button';
  const isDark = () => (root.dataset['theme'] ?? (dark.matches ? 'dark' : 'light')) === 'dark';
  const name = () => {
    button.textContent = isDark() ? 'Light' : 'Dark';
  };
  button.addEventListener('click', () => {
    root.dataset['theme'] = isDark() ? 'light' : 'dark';
    name();
  });
  dark.addEventListener('change', name);
  name();
  place.append(button);
}
