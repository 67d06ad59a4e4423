import { among, flag, share, text } from "./checks.js";

/** OrderOptions are the options of every way to an order. */
export interface OrderOptions {
  /**
   * Language of the query: an ISO 639-1 code, a locale such as "en-US", or "und" for none. Default
   * "auto": detected. One that is asked for and not built in is an error.
   */
  readonly language?: string | undefined;
  /** "hidden" when the order of the documents means nothing. Default "given". */
  readonly firstStage?: "given" | "hidden" | undefined;
  /** 0 to 1: re-orders so that near-duplicates part, by maximal marginal relevance with lambda = 1 - diversity. Default 0. */
  readonly diversity?: number | undefined;
  /** Takes a query that ends inside a word for one that is being typed: its last word, from three letters on, also finds the words that begin with it. Default false. */
  readonly typing?: boolean | undefined;
  /** Takes every score apart, in `explanation`; `rerank` also fills `matches`. Default false. */
  readonly explain?: boolean | undefined;
}

/** orderChecks are the checks of OrderOptions, for those that extend them. */
export const orderChecks = { language: text, firstStage: among("given", "hidden"), diversity: share, typing: flag, explain: flag };

/** RankOptions of one call. */
export interface RankOptions extends OrderOptions {
  /** Lengths that `weights.length` prefers. */
  readonly length?: Length | undefined;
  /** Weights of the signals. Default `defaultWeights`. */
  readonly weights?: Weights | undefined;
  /** Fills `matches`. Default false. */
  readonly matches?: boolean | undefined;
  /** Items wanted. Default 0: all. */
  readonly topK?: number | undefined;
}

/** TrimOptions of one call. */
export interface TrimOptions extends RankOptions {
  /** How many documents to keep. Default: as many as their scores suggest, between 10 and 40. */
  readonly budget?: Budget | undefined;
}

/** Budget of a trim. A field that is 0 or left out has its default. */
export interface Budget {
  /** Documents to keep. Default: those above the threshold. */
  readonly documents?: number | undefined;
  /** Least to keep where `documents` is not given. Default 10. */
  readonly floor?: number | undefined;
  /** Most to keep where `documents` is not given. Default 40. */
  readonly cap?: number | undefined;
  /** 0 to 1, rounded to 1/65536: how far from the worst score to the best a document must reach. Default 0.15. */
  readonly threshold?: number | undefined;
  /** How many of the retriever's own best are kept whatever they score; -1 for none. Default: half of what is kept at least. */
  readonly firstStage?: number | undefined;
}

/** Length is the range of words that a document should have: shorter ones count length/short, longer ones long/length. */
export interface Length {
  /** Default 16. */
  readonly short?: number | undefined;
  /** Default 320. */
  readonly long?: number | undefined;
}

const defaults = {
  overlap: 12, exact: 4, phrase: 4, proximity: 8, position: 8, grams: 9, feedback: 36, length: 0, firstStage: 36,
};

/** Weights of the signals in parts of their sum, whole numbers from 0 to 1000. */
export type Weights = Readonly<typeof defaults>;

/** defaultWeights are what counts where no weights are given: the scorer's own. Their order is that of the frame. */
export const defaultWeights: Weights = defaults;
