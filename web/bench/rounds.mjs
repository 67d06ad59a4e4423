// What the benchmarks share: taking turns, and what is kept of it.

/** Bytes of a passage; passages a turn, and turns of the Wasm and of a search engine in a round. */
export const SIZE = 600;
export const loads = [
  { count: 100, turns: 300, searchTurns: 40 },
  { count: 1000, turns: 60, searchTurns: 8 },
];

/** Rounds, in which everybody takes turns. */
export const ROUNDS = 4;

/** timed runs turn with a new query each time and returns milliseconds. */
export async function timed(turns, queries, turn) {
  const took = [];
  for (let i = 0; i < turns; i++) {
    const query = queries.next();
    const start = performance.now();
    await turn(query);
    took.push(performance.now() - start);
  }
  return percentiles(took);
}

export function percentiles(took) {
  const sorted = [...took].sort((a, b) => a - b);
  return { p50: sorted[Math.floor(sorted.length * 0.5)], p99: sorted[Math.floor(sorted.length * 0.99)] };
}

/** inTurn deals out queries, each a new one. */
export function inTurn(queries) {
  let asked = 0;
  return { next: () => queries[asked++ % queries.length] };
}

/** Quietest keeps each contender's quietest round: other programs only ever add to a time. */
export class Quietest {
  #kept = new Map();

  keep(contender, count, times) {
    const key = `${contender} ${count}`;
    if (times.p50 <= (this.#kept.get(key)?.p50 ?? Infinity)) {
      this.#kept.set(key, times);
    }
  }

  of(contender, count) {
    return this.#kept.get(`${contender} ${count}`);
  }

  ratio(contender, count, base, baseCount = count) {
    return (this.of(contender, count).p50 / this.of(base, baseCount).p50).toFixed(2);
  }

  /** print a Markdown table; contenders are names by contender. */
  print(contenders, base) {
    row(["", "passages", "p50", "p99", `p50 / ${contenders[base]}`]);
    row(["---", "---", "---", "---", "---"]);
    for (const { count } of loads) {
      for (const [contender, name] of Object.entries(contenders)) {
        const { p50, p99 } = this.of(contender, count);
        row([name, count, `${p50.toFixed(3)} ms`, `${p99.toFixed(3)} ms`, this.ratio(contender, count, base)]);
      }
    }
    console.log();
  }
}

function row(cells) {
  console.log(`| ${cells.join(" | ")} |`);
}
