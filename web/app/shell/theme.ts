import { Setting } from "./setting.js";

export const theme = new Setting("theme", ["system", "light", "dark"], "system");

/** applyTheme tells the style sheet; "system" leaves it to the browser. */
export function applyTheme(): void {
  document.documentElement.dataset["theme"] = theme.value;
}
