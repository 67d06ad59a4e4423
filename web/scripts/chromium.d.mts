import type { Browser } from "playwright-core";

export function chromiumPath(options?: { install?: boolean }): string | undefined;
export function launch(executablePath: string, args?: readonly string[]): Promise<Browser>;
