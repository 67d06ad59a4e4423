// The application's own types, as far as the example needs them.

export interface TranscriptChunk {
  id: string;
  videoId: string;
  text: string;
}

export interface QueryResult {
  chunk: TranscriptChunk;
  /** 0 to 1. */
  relevance: number;
}
