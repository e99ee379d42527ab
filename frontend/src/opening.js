// Before anything is painted: the page is set out as it is once its charts are drawn, and who opens it at its top gets
// the answer first. A class with a static block is what a browser must understand to understand the bundle.
class Opening {
  static {
    const { classList } = document.documentElement;
    classList.add('drawn');
    if (!location.hash && performance.getEntriesByType('navigation')[0]?.type === 'navigate') classList.add('first');
    addEventListener('error', () => classList.remove('first'));
  }
}
