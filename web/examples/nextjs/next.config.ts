// splitrank reads its Wasm from beside its own module: leave it in node_modules.
export default { serverExternalPackages: ["splitrank"] };
