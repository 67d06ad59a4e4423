/** Milliseconds in which something finds its new place. */
const DURATION = 180;

/** placesOf measures where the children of list stand, in pixels; nothing where nobody wants motion. */
export function placesOf(list: Element): Map<Element, number> {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) {
    return new Map();
  }
  return new Map([...list.children].map((child) => [child, (child as HTMLElement).offsetTop]));
}

/** moved lets children glide from where they stood before. */
export function moved(list: Element, before: ReadonlyMap<Element, number>): void {
  for (const [child, by] of distances(list, before)) {
    child.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: DURATION, easing: "ease-out" });
  }
}

/** distances first measures all and changes nothing, so that the browser lays out once. */
function distances(list: Element, before: ReadonlyMap<Element, number>): [Element, number][] {
  return [...list.children].flatMap((child): [Element, number][] => {
    const was = before.get(child);
    const by = was === undefined ? 0 : was - (child as HTMLElement).offsetTop;
    return by === 0 ? [] : [[child, by]];
  });
}
