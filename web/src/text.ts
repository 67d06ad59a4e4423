/** Text is a string, or bytes that are taken for UTF-8 as they are. */
export type Text = string | Uint8Array;
