// Package token turns queries and documents into the token ids a
// cross-encoder was trained on. It reads Hugging Face's tokenizer.json for
// BERT WordPiece, RoBERTa byte-level BPE and XLM-R Unigram, and gives, id by
// id, what the reference implementation gives (PyPI tokenizers; the pinned
// version is in parity/requirements.txt, the check is parity/parity.py).
//
// A text runs through five steps, each a part of the file: added tokens are
// cut out, the normalizer rewrites the text, the pre-tokenizer cuts it into
// pieces, the model turns each piece into ids, and the post-processor's
// template joins query, document and special tokens into one input.
//
//	tokenizer, err := token.LoadFS(os.DirFS(folder), "tokenizer.json", token.Options{})
//	err = tokenizer.CheckVocabulary(vocabSize)
//	pairs, err := tokenizer.Pairs(token.Limits{MaxLength: 512})
//	query, err := pairs.Query(text)                     // once
//	ids, err = pairs.Document(ids[:0], query, document) // for each document
//	pair, err := pairs.Join(query, ids)                 // cut to fit
//	pairs.Write(inputIDs, types, mask, pair)            // one row of the batch
//
// A component that is not known here is an error at load time that names it:
// nothing is approximated. See RATIONALE: why-the-tokenizers-are-our-own.
package token
