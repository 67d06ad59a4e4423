/** goClass is all of wasm_exec.js, for programs that use syscall/js: builds with stemmers that log. */
export { goClass } from "./wasm_exec.js";
