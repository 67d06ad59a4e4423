import { Setting } from "../shell/setting.js";
import { english, type Messages } from "./english.js";
import { hebrew } from "./hebrew.js";

const languages = { en: english, he: hebrew };

/** language of the interface: the one chosen before, or the browser's. */
export const language = new Setting("language", ["en", "he"], navigator.language.startsWith("he") ? "he" : "en");

/** m are the words of the interface in its language. */
export function m(): Messages {
  return languages[language.value];
}

/** applyLanguage sets the document's language and direction. */
export function applyLanguage(): void {
  document.documentElement.lang = language.value;
  document.documentElement.dir = m().direction;
}

/** whole writes a count with the separators of the language. */
export function whole(n: number): string {
  return new Intl.NumberFormat(language.value).format(n);
}

/** decimal writes n with as many decimals as given. */
export function decimal(n: number, decimals: number): string {
  return new Intl.NumberFormat(language.value, { minimumFractionDigits: decimals, maximumFractionDigits: decimals }).format(n);
}

/** milliseconds writes a duration: three figures are all that mean something. */
export function milliseconds(ms: number): string {
  return `${decimal(ms, ms < 10 ? 1 : 0)} ${m().unit.ms}`;
}
