/** Scale maps values to places of a plot. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

/** scale spans values and, at round steps, whatever lies around them; from and to are places of the plot. */
export function scale(values: readonly number[], from: number, to: number, count = 4): Scale {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = roundStep((high - low || Math.abs(high) || 1) / count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9));
  const at = (value: number) => from + ((value / step - first) / (last - first)) * (to - from);
  return { at, ticks: Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step) };
}

/** roundStep is the next 1, 2 or 5 times a power of ten. */
function roundStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return ([1, 2, 5, 10].find((times) => times * power >= step - 1e-12) ?? 10) * power;
}

/** decimalsOf is how many decimals the ticks of a scale need. */
export function decimalsOf([first = 0, second = 1]: readonly number[]): number {
  return Math.max(0, -Math.floor(Math.log10(Math.abs(second - first)) + 1e-9));
}
