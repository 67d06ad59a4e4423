package token

import (
	"bytes"
	"unicode/utf8"
)

// splitter is one pre-tokenizer. It cuts piece and hands every part that is
// not empty to e.emit(stage+1, part).
type splitter interface {
	split(e *encoder, piece []byte, stage int)
}

// emit hands a piece to the given stage, or to the model after the last.
func (e *encoder) emit(stage int, piece []byte) {
	switch {
	case len(piece) == 0 || e.full():
	case stage < len(e.t.splitters):
		e.t.splitters[stage].split(e, piece, stage)
	default:
		e.t.model.encode(e, piece)
	}
}

// spaceSplitter cuts at white space and drops it.
type spaceSplitter struct{ u *unicodeTable }

func (s spaceSplitter) split(e *encoder, piece []byte, stage int) {
	start := 0
	for i := 0; i < len(piece); {
		r, size := utf8.DecodeRune(piece[i:])
		if s.u.of(r)&isSpace != 0 {
			e.emit(stage+1, piece[start:i])
			start = i + size
		}
		i += size
	}
	e.emit(stage+1, piece[start:])
}

// bertSplitter cuts at white space, which it drops, and around punctuation.
type bertSplitter struct{ u *unicodeTable }

func (s bertSplitter) split(e *encoder, piece []byte, stage int) {
	start := 0
	for i := 0; i < len(piece); {
		r, size := utf8.DecodeRune(piece[i:])
		if p := s.u.of(r); p&(isSpace|isPunctuation) != 0 {
			e.emit(stage+1, piece[start:i])
			if p&isSpace == 0 {
				e.emit(stage+1, piece[i:i+size])
			}
			start = i + size
		}
		i += size
	}
	e.emit(stage+1, piece[start:])
}

// wordSplitter is the reference's Whitespace: runs of \w, and runs of what is
// neither \w nor white space.
type wordSplitter struct{ u *unicodeTable }

func (s wordSplitter) split(e *encoder, piece []byte, stage int) {
	start, kind := 0, isSpace
	for i := 0; i < len(piece); {
		r, size := utf8.DecodeRune(piece[i:])
		now := s.u.of(r) & isWord
		if s.u.of(r)&isSpace != 0 {
			now = isSpace
		}
		if now != kind {
			if kind != isSpace {
				e.emit(stage+1, piece[start:i])
			}
			start, kind = i, now
		}
		i += size
	}
	if kind != isSpace {
		e.emit(stage+1, piece[start:])
	}
}

// metaspace replaces spaces by a visible mark, puts one in front, and cuts
// before each mark.
type metaspace struct {
	mark   []byte // the replacement, one code point
	scheme string // where a mark is put in front: "always", "first" (of the text), "never"
	cut    bool
}

func (s metaspace) split(e *encoder, piece []byte, stage int) {
	text := e.stageText[stage][:0]
	prefix := s.scheme == "always" || s.scheme == "first" && e.atStart
	if prefix && piece[0] != ' ' && !bytes.HasPrefix(piece, s.mark) {
		text = append(text, s.mark...)
	}
	for {
		at := bytes.IndexByte(piece, ' ')
		if at < 0 {
			break
		}
		text = append(append(text, piece[:at]...), s.mark...)
		piece = piece[at+1:]
	}
	text = append(text, piece...)
	e.stageText[stage] = text
	if !s.cut {
		e.emit(stage+1, text)
		return
	}
	for len(text) > 0 {
		_, first := utf8.DecodeRune(text)
		next := bytes.Index(text[first:], s.mark)
		if next < 0 {
			break
		}
		e.emit(stage+1, text[:first+next])
		text = text[first+next:]
	}
	e.emit(stage+1, text)
}

// byteLevel puts a space in front if asked to and cuts by the GPT-2 pattern.
// The model that follows works on bytes, so nothing is rewritten here.
type byteLevel struct {
	pattern gpt2Pattern
	prefix  bool
	cut     bool
}

func (s byteLevel) split(e *encoder, piece []byte, stage int) {
	if s.prefix && piece[0] != ' ' {
		e.stageText[stage] = append(append(e.stageText[stage][:0], ' '), piece...)
		piece = e.stageText[stage]
	}
	if !s.cut {
		e.emit(stage+1, piece)
		return
	}
	for at := 0; at < len(piece); {
		_, end := s.pattern.find(piece, at)
		e.emit(stage+1, piece[at:end])
		at = end
	}
}
