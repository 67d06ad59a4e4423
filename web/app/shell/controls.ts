import { h } from "./dom.js";

/** Choice is one of several. */
interface Choice {
  readonly value: string;
  readonly label: string;
}

/** choices are radio buttons in a row. */
export function choices(name: string, label: string, list: readonly Choice[], chosen: string, onChoice: (value: string) => void): HTMLElement {
  const radio = ({ value, label }: Choice) => h("label", {},
    h("input", { type: "radio", name, value, checked: value === chosen, onchange: () => onChoice(value) }), h("span", {}, label));
  return h("fieldset", { class: "choices" }, h("legend", { class: "visually-hidden" }, label), ...list.map(radio));
}

/** toggle is a check box with an explanation. */
export function toggle(id: string, label: string, hint: string, on: boolean, onToggle: (on: boolean) => void): HTMLElement {
  return h("label", { class: "toggle", title: hint },
    h("input", { id, type: "checkbox", checked: on, onchange: (event: Event) => onToggle((event.target as HTMLInputElement).checked) }),
    h("span", {}, label));
}

/** Slider describes a range; the last of its steps may be "no bound". */
interface Slider {
  readonly id: string;
  readonly label: string;
  readonly hint: string;
  readonly steps: readonly number[];
  readonly value: number;
  /** say is a step in words. */
  say(step: number): string;
  onInput(step: number): void;
}

/** slider is a range over steps of any size. */
export function slider({ id, label, hint, steps, value, say, onInput }: Slider): HTMLElement {
  const output = h("output", { for: id }, say(value));
  const input = h("input", { id, type: "range", min: 0, max: steps.length - 1, step: 1, value: steps.indexOf(value), "aria-describedby": `${id}-hint`, "aria-valuetext": say(value), oninput: () => moved() });
  const moved = () => {
    const step = steps[input.valueAsNumber] ?? value;
    output.textContent = say(step);
    input.setAttribute("aria-valuetext", say(step));
    onInput(step);
  };
  return h("div", { class: "slider" },
    h("label", { for: id }, label), output, input, h("small", { id: `${id}-hint` }, hint));
}
