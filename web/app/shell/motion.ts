/** Milliseconds in which something finds its new place. */
const DURATION = 180;

/** placesOf measures where those children of list stand that can be seen, in pixels; nothing where nobody wants motion. */
export function placesOf(list: Element): Map<Element, number> {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    return new Map();
  }
  const places = new Map<Element, number>();
  for (const child of list.children) {
    const { top, bottom } = child.getBoundingClientRect();
    if (top > innerHeight) {
      break;
    }
    if (bottom > 0) {
      places.set(child, top);
    }
  }
  return places;
}

/** moved lets children glide from where they stood before to where they can be seen now. */
export function moved(list: Element, before: ReadonlyMap<Element, number>): void {
  if (before.size === 0) {
    return;
  }
  for (const [child, top] of placesOf(list)) { // measures all first, so that the browser lays out once
    const by = (before.get(child) ?? top) - top;
    if (by !== 0) {
      child.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: DURATION, easing: "ease-out" });
    }
  }
}
