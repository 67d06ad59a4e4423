import { SplitrankError } from "./error.js";

/** Check throws a SplitrankError where value, which is called field, is not what an option wants. */
export type Check = (value: unknown, field: string) => void;

/** Largest count that the server takes, too. */
const MOST = 1_000_000_000;

export const text = typed("string");
export const flag = typed("boolean");
export const number = typed("number");
export const callback = typed("function");

function typed(type: string): Check {
  return (value, field) => {
    if (typeof value !== type) {
      throw wrongType(field, `a ${type}`);
    }
  };
}

/** whole is a check for whole numbers from least on. */
export function whole(least: number): Check {
  return (value, field) => {
    number(value, field);
    if (!Number.isInteger(value) || (value as number) < least || (value as number) > MOST) {
      throw outOfRange(field, `not a whole number between ${least} and ${MOST}`);
    }
  };
}

/** share is a check for numbers from 0 to 1. */
export function share(value: unknown, field: string): void {
  number(value, field);
  if (!((value as number) >= 0 && (value as number) <= 1)) {
    throw outOfRange(field, "not between 0 and 1");
  }
}

/** among is a check for one of a few words. */
export function among(...words: readonly string[]): Check {
  return (value, field) => {
    if (!words.includes(value as string)) {
      throw outOfRange(field, `none of ${words.map((word) => `"${word}"`).join(", ")}`);
    }
  };
}

/** instance is a check for objects of one class, which is asked for only then: not every runtime has every class. */
export function instance(name: string, is: (value: unknown) => boolean): Check {
  return (value, field) => {
    if (!is(value)) {
      throw wrongType(field, `of the type ${name}`);
    }
  };
}

/** object is a check for objects without keys beyond those of checks. A key whose value is undefined counts as left out. */
export function object<T>(checks: { readonly [K in keyof T]-?: Check }): Check {
  const known = new Map(Object.entries<Check>(checks));
  return (value, field) => {
    if (typeof value !== "object" || value === null) {
      throw wrongType(field === "" ? "options" : field, "an object");
    }
    for (const [key, inner] of Object.entries(value)) {
      const name = field === "" ? key : `${field}.${key}`;
      const check = known.get(key);
      if (check === undefined) {
        throw new SplitrankError("unknown_field", name, "no such option");
      }
      if (inner !== undefined) {
        check(inner, name);
      }
    }
  };
}

/** required is check, and none of the names may be left out. */
export function required(names: readonly string[], check: Check): Check {
  return (value, field) => {
    check(value, field);
    const missing = names.find((key) => (value as Record<string, unknown>)[key] === undefined);
    if (missing !== undefined) {
      throw wrongType(`${field}.${missing}`, "given");
    }
  };
}

/** wrongType is the error of a field that is not what is wanted. */
export function wrongType(field: string, wanted: string): SplitrankError {
  return new SplitrankError("wrong_type", field, `not ${wanted}`);
}

/** outOfRange is the error of a field whose type is right. */
export function outOfRange(field: string, message: string): SplitrankError {
  return new SplitrankError("out_of_range", field, message);
}
