/** Setting is a choice that this browser remembers, where it may. */
export class Setting<T extends string> {
  readonly #key: string;
  readonly #values: readonly T[];
  #value: T;

  constructor(name: string, values: readonly [T, ...T[]], initial: T) {
    this.#key = `splitrank.${name}`;
    this.#values = values;
    this.#value = this.#values.find((value) => value === read(this.#key)) ?? initial;
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    this.#value = value;
    write(this.#key, value);
  }

  /** next is the value after this one, the first after the last. */
  next(): T {
    return this.#values[(this.#values.indexOf(this.#value) + 1) % this.#values.length] ?? this.#value;
  }
}

/** Storage may be forbidden: then the choice lasts as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // see read
  }
}
