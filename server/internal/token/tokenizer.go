package token

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
)

// Tokenizer is a loaded tokenizer.json. It is safe for concurrent use.
type Tokenizer struct {
	u          *unicodeTable
	raw        *addedSet // cut from the text as it came
	normalizer normalizer
	normalized *addedSet // cut from the normalized text
	splitters  []splitter
	model      model
	template   template
	single     Single

	pad, padType int32
	lastID       int32
	encoders     sync.Pool
	spelling     spelling
}

// Options change how a file is read. The zero value is the default.
type Options struct {
	// SpecialsInVocabulary lets a text that spells a special token become that
	// token where the model's own vocabulary lists it, as XLM-R's does: a
	// document could then contain a real separator. The reference does so even
	// when told to encode special tokens as text; the default keeps text text:
	// see RATIONALE: why-special-tokens-in-a-text-are-text.
	SpecialsInVocabulary bool
}

// LoadFS reads the tokenizer.json of that name. An error is one line that names
// the file and the component at fault.
func LoadFS(files fs.FS, name string, o Options) (*Tokenizer, error) {
	data, err := readFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("reading tokenizer %q: %w", name, err)
	}
	t, err := Parse(data, o)
	if err != nil {
		return nil, fmt.Errorf("reading tokenizer %q: %w", name, err)
	}
	return t, nil
}

// Parse reads the contents of a tokenizer.json.
func Parse(data []byte, o Options) (*Tokenizer, error) {
	var f tokenizerFile
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\ufeff")), &f); err != nil {
		return nil, oneLine(err)
	}
	if f.Version != "" && f.Version != "1.0" {
		return nil, fmt.Errorf("version %.40q is not supported", f.Version)
	}
	t := &Tokenizer{u: unicodeData()}
	if err := t.read(&f, o); err != nil {
		return nil, oneLine(err)
	}
	t.encoders.New = func() any { return newEncoder(t) }
	return t, nil
}

// oneLine keeps an error on one line of bounded length.
func oneLine(err error) error {
	text := strings.Join(strings.Fields(err.Error()), " ")
	if len(text) > 300 {
		text = strings.ToValidUTF8(text[:300], "") + "…"
	}
	return errors.New(text)
}

func (t *Tokenizer) read(f *tokenizerFile, o Options) (err error) {
	if t.normalizer, err = newNormalizer(t.u, f.Normalizer, 0); err != nil {
		return fmt.Errorf("normalizer: %w", err)
	}
	if t.splitters, err = newSplitters(t.u, f.PreTokenizer, 0); err != nil {
		return fmt.Errorf("pre_tokenizer: %w", err)
	}
	byteLevel, err := checkOrder(t.splitters)
	if err != nil {
		return fmt.Errorf("pre_tokenizer: %w", err)
	}
	var ids map[string]int32
	if t.model, ids, err = newModel(f.Model, barred(f.AddedTokens, o), byteLevel); err != nil {
		return fmt.Errorf("model: %w", err)
	}
	if t.template, err = newTemplate(f.PostProcessor); err != nil {
		return fmt.Errorf("post_processor: %w", err)
	}
	if t.single, err = newSingle(f.PostProcessor); err != nil {
		return fmt.Errorf("post_processor: %w", err)
	}
	if err = checkAdded(f.AddedTokens, ids); err != nil {
		return fmt.Errorf("added_tokens: %w", err)
	}
	if err = t.setAdded(f.AddedTokens); err != nil {
		return fmt.Errorf("added_tokens: %w", err)
	}
	if err = t.checkFirst(); err != nil {
		return fmt.Errorf("pre_tokenizer: %w", err)
	}
	t.setPadding(f)
	t.setLastID(f.AddedTokens, ids)
	return nil
}

// barred is the set of words that only special tokens may become.
func barred(tokens []addedToken, o Options) map[string]bool {
	set := map[string]bool{}
	for _, t := range tokens {
		if t.Special && !o.SpecialsInVocabulary {
			set[t.Content] = true
		}
	}
	return set
}

// setAdded sorts the added tokens by the text they are looked for in.
func (t *Tokenizer) setAdded(tokens []addedToken) error {
	var raw, normalized []addedToken
	var rawTexts, normalizedTexts []string
	for _, a := range tokens {
		if !a.Normalized {
			raw, rawTexts = append(raw, a), append(rawTexts, a.Content)
			continue
		}
		text := []byte(a.Content)
		if t.normalizer != nil {
			var s scratch
			s.bound(len(text))
			if text = t.normalizer.normalize(nil, text, &s); s.full(text) {
				return ErrGrowth
			}
		}
		normalized, normalizedTexts = append(normalized, a), append(normalizedTexts, string(text))
	}
	t.raw = newAddedSet(t.u, raw, rawTexts)
	t.normalized = newAddedSet(t.u, normalized, normalizedTexts)
	return nil
}

// checkFirst refuses a combination whose exact result depends on offsets.
func (t *Tokenizer) checkFirst() error {
	if len(t.splitters) == 0 || t.normalized == nil {
		return nil
	}
	if m, ok := t.splitters[0].(metaspace); ok && m.scheme == "first" {
		return errors.New(`a Metaspace with prepend_scheme "first" beside normalized added tokens is not supported`)
	}
	return nil
}

func (t *Tokenizer) setPadding(f *tokenizerFile) {
	if f.Padding != nil {
		t.pad, t.padType = f.Padding.ID, f.Padding.Type
		return
	}
	for _, a := range f.AddedTokens {
		if a.Content == "<pad>" || a.Content == "[PAD]" {
			t.pad = a.ID
		}
	}
}

func (t *Tokenizer) setLastID(tokens []addedToken, ids map[string]int32) {
	for _, id := range ids {
		t.lastID = max(t.lastID, id)
	}
	for _, a := range tokens {
		t.lastID = max(t.lastID, a.ID)
	}
	for _, p := range t.template {
		t.lastID = max(t.lastID, p.id)
	}
	for _, id := range slices.Concat(t.single.Before, t.single.After) {
		t.lastID = max(t.lastID, id)
	}
}

// CheckVocabulary reports an error if the tokenizer can give an id that a
// model with an embedding table of size rows does not have.
func (t *Tokenizer) CheckVocabulary(size int) error {
	if int(t.lastID) >= size {
		return fmt.Errorf("the tokenizer gives ids up to %d, the model knows %d", t.lastID, size)
	}
	return nil
}

// CheckIDs reports an error if one of ids is none that the tokenizer could give.
func (t *Tokenizer) CheckIDs(ids []int32) error {
	for _, id := range ids {
		if id < 0 || id > t.lastID {
			return fmt.Errorf("token %d is none of the tokenizer's, which gives ids up to %d", id, t.lastID)
		}
	}
	return nil
}

// CheckTypes reports an error if the template gives a token type that a model
// with size token types does not have.
func (t *Tokenizer) CheckTypes(size int) error {
	for _, p := range t.template {
		if int(p.kind) >= size {
			return fmt.Errorf("the tokenizer gives token type %d, the model knows %d", p.kind, size)
		}
	}
	return nil
}

// Encode appends the ids of text to dst, without special tokens. Where limit
// is above 0 it stops there: those are the first ids of the whole text.
// Invalid UTF-8 counts as U+FFFD. The error is ErrGrowth.
func (t *Tokenizer) Encode(dst []int32, text string, limit int) ([]int32, error) {
	e := t.encoders.Get().(*encoder)
	e.limit = limit
	e.ids = e.ids[:0]
	e.scratch.bound(len(text))
	e.encode(text)
	if e.scratch.over {
		return dst, ErrGrowth // and the encoder, with what it has grown to, is garbage
	}
	if limit > 0 && len(e.ids) > limit {
		e.ids = e.ids[:limit]
	}
	dst = append(dst, e.ids...)
	if e.size() <= maxPooledBytes {
		t.encoders.Put(e)
	}
	return dst, nil
}

// maxPooledBytes bounds the memory kept for the next text.
const maxPooledBytes = 1 << 20

// encoder is the working memory of one text at a time.
type encoder struct {
	t     *Tokenizer
	ids   []int32
	limit int

	text, normal []byte
	atStart      bool // the current part starts the text
	scratch      scratch
	stageText    [][]byte
	stageSpans   [][]span

	paths   []bestPath
	cuts    []int32
	key     []byte
	symbols []int32
	merger  merger
	words   wordCache

	onText, onNormal func(int, []byte)
	onToken          func(int32)
}

func newEncoder(t *Tokenizer) *encoder {
	e := &encoder{t: t, stageText: make([][]byte, len(t.splitters)), stageSpans: make([][]span, len(t.splitters))}
	if _, ok := t.model.(*bpe); ok {
		e.words = newWordCache()
	}
	e.onToken = func(id int32) { e.ids = append(e.ids, id) }
	e.onText = e.normalize
	e.onNormal = func(_ int, part []byte) {
		e.emit(0, part)
	}
	return e
}

// size is roughly the memory held, in bytes.
func (e *encoder) size() int {
	n := cap(e.text) + cap(e.normal) + cap(e.scratch.swap) + 16*cap(e.paths) + 4*cap(e.ids) + 4*cap(e.symbols) + 16*cap(e.merger.queue)
	for i := range e.stageText {
		n += cap(e.stageText[i]) + 24*cap(e.stageSpans[i])
	}
	return n
}

// full reports whether there are enough ids.
func (e *encoder) full() bool { return e.limit > 0 && len(e.ids) >= e.limit }

func (e *encoder) encode(text string) {
	e.text = append(e.text[:0], text...)
	if !utf8.Valid(e.text) {
		e.text = bytes.ToValidUTF8(e.text, []byte("\uFFFD"))
	}
	e.t.raw.cut(e.text, e.onText, e.onToken)
}

// normalize takes one part between added tokens.
func (e *encoder) normalize(start int, part []byte) {
	e.atStart = start == 0
	if e.t.normalizer == nil {
		e.t.normalized.cut(part, e.onNormal, e.onToken)
		return
	}
	if e.normal = e.t.normalizer.normalize(e.normal[:0], part, &e.scratch); e.scratch.full(e.normal) {
		return
	}
	e.scratch.part()
	e.t.normalized.cut(e.normal, e.onNormal, e.onToken)
}
