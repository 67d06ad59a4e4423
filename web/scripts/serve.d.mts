export function serve(folders: Record<string, string>, cache?: string): Promise<{ url: string; close(): Promise<void> }>;
