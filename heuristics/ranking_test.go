package heuristics_test

import (
	"slices"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
)

// line is a document of a ranking test, with the reason why it stands where it
// stands.
type line struct{ text, why string }

// TestOrder lists the documents of each query in the order expected. They are
// ranked in the opposite order, so that no tie can pass for a reason.
func TestOrder(t *testing.T) {
	for _, c := range []struct {
		name, query string
		lines       []line
	}{
		{"how many words", "sourdough hydration oven", []line{
			{"About sourdough: its hydration, and which oven.", "all three words"},
			{"About sourdough: its hydration, and which flour.", "two words"},
			{"About sourdough: its leavening, and which flour.", "one word"},
			{"About porridge: its leavening, and which oats.", "none"},
		}},
		{"phrase", "bread oven", []line{
			{"we saw the bread oven in a stone house", "the words in order without a gap"},
			{"we saw the oven bread in a stone house", "as near, in the other order"},
			{"we saw the oven in a stone house bread", "scattered"},
		}},
		{"early before late", "ferry", []line{
			{"ferry one two three four five six seven eight nine ten", "first word"},
			{"one two three four ferry five six seven eight nine ten", "fifth"},
			{"one two three four five six seven eight nine ten ferry", "last"},
		}},
		{"proximity", "ferry milk", []line{
			{"a b c d ferry e milk f g h i j k l m n o p q r s t u v w x y z", "within a phrase"},
			{"a b c d ferry e f g h i j k milk l m n o p q r s t u v w x y z", "within a sentence"},
			{"a b c d ferry e f g h i j k l m n o p q r s t u v w x y milk z", "within a paragraph"},
		}},
		{"the word before its kin", "baking", []line{
			{"on baking at home", "as in the query"},
			{"on bakes at home", "shares the stem"},
			{"on boats at home", "neither"},
		}},
		{"rare words count more", "train zeppelin", []line{
			{"the zeppelin is late today", "the word that no other has"},
			{"the train is late today", "the word that all others have"},
			{"the tram is late, a train is not today", "the same word, later"},
			{"the fog is here, and a slow long train is not", "later still"},
		}},
		{"stop words count little", "who is the baker", []line{
			{"baker", "the subject"},
			{"who is the one who is the", "all of the grammar, in order"},
		}},
		{"but a query of nothing else counts them", "to be or not to be", []line{
			{"to be or not to be", "word for word"},
			{"be or to not", "the words"},
			{"bread and rivers", "neither"},
		}},
		{"a long document says a word in passing", "ferry", []line{
			{"the ferry", "of two words, one"},
			{"the ferry and then there were mountains, forests, letters, maps and dictionaries", "of twelve, one"},
		}},
		{"more often is better, once beside often", "ferry", []line{
			{"one ferry two ferry three ferry four ferry", "four times"},
			{"one ferry two ferry three three four four", "twice"},
			{"one ferry two two three three four four", "once"},
		}},
		{"punctuation does not matter", "23:40 train", []line{
			{"The train - 23:40!", "the same numbers"},
			{"The train - 23:50!", "another minute"},
			{"The tram - 22:50!", "nothing"},
		}},
	} {
		t.Run(c.name, func(t *testing.T) { checkOrder(t, c.query, c.lines, heuristics.Options{}) })
	}
}

// checkOrder ranks the lines in the opposite order and expects theirs, each
// strictly before the next.
func checkOrder(t *testing.T, query string, lines []line, o heuristics.Options) {
	t.Helper()
	var docs []heuristics.Document
	for _, l := range lines {
		docs = append(docs, heuristics.Document{Text: l.text})
	}
	slices.Reverse(docs)
	o.FirstStage, o.Stemmers = heuristics.Hidden, all.Stemmers()
	r, err := heuristics.Rank(query, docs, o)
	if err != nil {
		t.Fatal(err)
	}
	for at, it := range r.Items {
		want := lines[at]
		if got := docs[it.Index].Text; got != want.text {
			t.Fatalf("%q: place %d is %q; want %q: %s", query, at+1, got, want.text, want.why)
		}
		if at > 0 && it.Score >= r.Items[at-1].Score {
			t.Errorf("%q: %q ties with the line before it; reason to be lower: %s", query, want.text, want.why)
		}
	}
}

// TestScriptsOrder ranks a document that answers above one of the same length
// that does not, in writing that differs from the query's.
func TestScriptsOrder(t *testing.T) {
	for _, c := range []struct{ name, query, answers, other string }{
		{"Hebrew, conjunction", "לחם", "ולחם טרי", "ובצק טרי"},
		{"Hebrew, article", "לחם", "הלחם טרי", "הבצק טרי"},
		{"Hebrew, in", "תנור", "בתנור חם", "בבית חם"},
		{"Hebrew, as", "מלך", "כמלך גדול", "כאיש גדול"},
		{"Hebrew, to", "ירושלים", "לירושלים עלינו", "לתחנה עלינו"},
		{"Hebrew, from", "תחנה", "מתחנה אחרת", "משכונה אחרת"},
		{"Hebrew, that", "נהר", "שנהר רחב", "שכביש רחב"},
		{"Hebrew, and the", "ספרייה", "והספרייה פתוחה", "והתחנה פתוחה"},
		{"Hebrew, prefix in the query", "בספרייה", "ספרייה פתוחה", "תחנה פתוחה"},
		{"Hebrew, another prefix", "בספרייה", "לספרייה הלכנו", "לתחנה הלכנו"},
		{"Hebrew, niqqud in the document", "שלום", "שָׁלוֹם רב", "כָּבוֹד רב"},
		{"Hebrew, niqqud in the query", "שָׁלוֹם", "שלום רב", "כבוד רב"},
		{"Hebrew, final letters", "מילון", "מילונ חדש", "ספרוו חדש"},
		{"Hebrew, gershayim", "צה״ל", "צה\"ל הודיע", "שב\"כ הודיע"},
		{"Hebrew, abbreviation without marks", "צה״ל", "צהל הודיע", "שבכ הודיע"},
		{"Hebrew, geresh", "ג׳ורג׳", "ג'ורג' בא", "ז'אק בא"},
		{"Hebrew, maqaf", "בית ספר", "בית־ספר חדש", "גן־ילדים חדש"},
		{"Hebrew, prefix on a Latin name", "FBI", "ה-FBI הודיע", "ה-CIA הודיע"},
		{"Hebrew, prefix grown on a Latin name", "FBI", "הFBI הודיע", "הCIA הודיע"},
		{"Hebrew, spelling with one letter more", "ספריה", "ספרייה פתוחה", "עירייה פתוחה"},
		{"English, stem", "libraries", "the library", "the museum"},
		{"English, curly apostrophe", "don't", "don’t go", "won’t go"},
		{"English, possessive", "museum", "museum’s door", "station’s door"},
		{"English, hyphen", "co-operate", "co operate now", "re open now"},
		{"English, capitals", "UNESCO", "unesco list", "unicef list"},
		{"French, decomposed", "été", "l'e\u0301te\u0301 vient", "l'hiver vient"},
		{"French, composed", "e\u0301te\u0301", "l'été vient", "l'hiver vient"},
		{"French, without accents", "bibliothèque", "bibliotheque ouverte", "boulangerie ouverte"},
		{"French, elision", "aube", "avant l'aube", "avant l'heure"},
		{"French, stem", "quelles bibliothèques", "la bibliothèque", "la boulangerie"},
		{"Spanish, stem", "los panaderos", "un panadero", "un carpintero"},
		{"Hungarian, stem", "milyen könyvek", "könyvet olvas", "térképet olvas"},
		{"Russian, stem", "последние поезда", "последний поезд", "первый автобус"},
		{"Russian, yo", "ёлка", "елка горит", "лампа горит"},
		{"Arabic, article", "كتاب", "الكتاب جديد", "القطار جديد"},
		{"Arabic, conjunction and article", "كتاب", "والكتاب جديد", "والقطار جديد"},
		{"Arabic, vowel signs", "مدرسة", "المُدَرِّسَة هنا", "الكَاتِبَة هنا"},
		{"Arabic, hamza", "أحمد", "احمد هنا", "محمود هنا"},
		{"Arabic, digits", "23", "الساعة ٢٣", "الساعة ٢٤"},
		{"Greek, tonos and final sigma", "ΦΟΥΡΝΟΣ", "ο φούρνος", "ο σταθμός"},
		{"Chinese", "火车站", "河对岸的火车站", "河对岸的图书馆"},
		{"Chinese, one letter", "面", "老人揉面 面", "老人看书 书"},
		{"Chinese among Latin", "GPU 内存", "GPU的内存很大", "CPU的缓存很大"},
		{"Japanese", "図書館", "冬の図書館は", "冬の博物館は"},
		{"Japanese, katakana", "パン", "焼きたてのパン", "焼きたての魚"},
		{"Korean, particle", "도서관", "도서관에서 읽다", "기차역에서 읽다"},
		{"Thai", "ห้องสมุด", "ในห้องสมุดเปิด", "ในสถานีรถไฟเปิด"},
		{"Hindi", "रोटी", "ताज़ी रोटी", "ताज़ी हवा"},
		{"Georgian", "მატარებელი", "ბოლო მატარებელი", "ბოლო ავტობუსი"},
		{"Georgian, another ending", "მატარებელი", "მატარებლით მივდივარ", "ავტობუსით მივდივარ"},
		{"full width", "ABC", "ＡＢＣ here", "ＸＹＺ here"},
		{"zero-width joiner", "train", "tr\u200dain here", "br\u200dain here"},
		{"direction marks", "רכבת", "\u200fרכבת\u200e כאן", "\u200fספינה\u200e כאן"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := []line{{c.answers, "it answers"}, {c.other, "it does not"}}
			checkOrder(t, c.query, lines, heuristics.Options{})
		})
	}
}

// TestTitleCounts: a title is the beginning of its document.
func TestTitleCounts(t *testing.T) {
	docs := []heuristics.Document{
		{Text: "Rivers. Milk and letters, bicycles too."},
		{Text: "Milk and letters, bicycles too. Ferries."},
		{Title: "Ferries", Text: "Milk and letters, bicycles too."},
	}
	want := []int{2, 1, 0} // in the title, at the end, not at all
	if got := orderOf(t, "ferry", docs, heuristics.Options{FirstStage: heuristics.Hidden}); !slices.Equal(got, want) {
		t.Errorf("order is %v, want %v", got, want)
	}
}

// TestTitleIsTheBeginningOfTheText: apart or in one, the scores are the same.
func TestTitleIsTheBeginningOfTheText(t *testing.T) {
	apart := []heuristics.Document{{Title: "Bread", Text: "oven and ferry"}, {Title: "River", Text: "trains"}}
	joined := []heuristics.Document{{Text: "Bread oven and ferry"}, {Text: "River trains"}}
	a, b := rank(t, "bread oven", apart, heuristics.Options{}), rank(t, "bread oven", joined, heuristics.Options{})
	for i := range a.Items {
		if a.Items[i].Index != b.Items[i].Index || a.Items[i].Score != b.Items[i].Score {
			t.Errorf("place %d: %+v apart, %+v joined", i+1, a.Items[i], b.Items[i])
		}
	}
}

func rank(t *testing.T, query string, docs []heuristics.Document, o heuristics.Options) heuristics.Ranking {
	t.Helper()
	o.Stemmers = builtIn(o)
	r, err := heuristics.Rank(query, docs, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// builtIn are the stemmers of a test, all unless it says which.
func builtIn(o heuristics.Options) []heuristics.Stemmer {
	if o.Stemmers == nil {
		return all.Stemmers()
	}
	return o.Stemmers
}

func orderOf(t *testing.T, query string, docs []heuristics.Document, o heuristics.Options) []int {
	t.Helper()
	var out []int
	for _, it := range rank(t, query, docs, o).Items {
		out = append(out, it.Index)
	}
	return out
}

// TestFeedbackPromotesTheSameSubject: of two documents without the query's
// words, the one that shares its words with the best comes first.
func TestFeedbackPromotesTheSameSubject(t *testing.T) {
	docs := []heuristics.Document{
		{Text: "parliament votes on taxes and tariffs in spring"},
		{Text: "dough rests near warm ovens before dawn"},
		{Text: "sourdough bread: dough rests, ovens warm, bakers rise before dawn"},
	}
	o := heuristics.Options{FirstStage: heuristics.Hidden}
	if got, want := orderOf(t, "sourdough bread", docs, o), []int{2, 1, 0}; !slices.Equal(got, want) {
		t.Errorf("order is %v, want %v", got, want)
	}
	without := weighted(func(w *heuristics.Weights) { w[heuristics.Feedback] = 0 })
	without.FirstStage = heuristics.Hidden
	if got, want := orderOf(t, "sourdough bread", docs, without), []int{2, 0, 1}; !slices.Equal(got, want) {
		t.Errorf("without feedback the order is %v, want %v: input order of equals", got, want)
	}
}

// TestFeedbackOfThree: the third of the best counts too.
func TestFeedbackOfThree(t *testing.T) {
	docs := []heuristics.Document{
		{Text: "dogs bark loudly"}, {Text: "cats purr loudly"},
		{Text: "sourdough alps"}, {Text: "sourdough bees"}, {Text: "sourdough cats"},
	}
	o := heuristics.Options{FirstStage: heuristics.Hidden}
	if got := orderOf(t, "sourdough", docs, o)[3:]; !slices.Equal(got, []int{1, 0}) {
		t.Errorf("the last are %v, want the cats of the third before the dogs of none", got)
	}
}

func TestLengthOption(t *testing.T) {
	docs := []heuristics.Document{
		{Text: "ferry"},
		{Text: "the ferry carries letters, milk and bicycles over the wide river twice every day in summer"},
	}
	plain := heuristics.Options{FirstStage: heuristics.Hidden}
	if got, want := orderOf(t, "ferry", docs, plain), []int{0, 1}; !slices.Equal(got, want) {
		t.Errorf("without the option the order is %v, want %v: the shorter says it more densely", got, want)
	}
	preferring := weighted(func(w *heuristics.Weights) { w[heuristics.Length] = 40 })
	preferring.FirstStage = heuristics.Hidden
	if got, want := orderOf(t, "ferry", docs, preferring), []int{1, 0}; !slices.Equal(got, want) {
		t.Errorf("with the option the order is %v, want %v: one word is no answer", got, want)
	}
	preferring.Length = heuristics.LengthCurve{Short: 1, Long: 1}
	if got, want := orderOf(t, "ferry", docs, preferring), []int{0, 1}; !slices.Equal(got, want) {
		t.Errorf("where one word is asked for the order is %v, want %v", got, want)
	}
}

// TestRanksGiven ranks documents that say the same, so that only the first
// stage's order is left.
func TestRanksGiven(t *testing.T) {
	for _, c := range []struct {
		name  string
		ranks []int
		want  []int
	}{
		{"none: the order of the input", []int{0, 0, 0}, []int{0, 1, 2}},
		{"all", []int{3, 1, 2}, []int{1, 2, 0}},
		{"with gaps", []int{900, 20, 21}, []int{1, 2, 0}},
		{"unknown ones behind, in the order of the input", []int{0, 7, 0, 2}, []int{3, 1, 0, 2}},
		{"equal ones in the order of the input", []int{5, 1, 1}, []int{1, 2, 0}},
	} {
		for _, stage := range []heuristics.FirstStage{heuristics.Given, heuristics.Hidden} {
			docs := make([]heuristics.Document, len(c.ranks))
			for i, r := range c.ranks {
				docs[i] = heuristics.Document{Text: "the last train", Rank: r}
			}
			if got := orderOf(t, "train", docs, heuristics.Options{FirstStage: stage}); !slices.Equal(got, c.want) {
				t.Errorf("%s, first stage %d: order is %v, want %v", c.name, stage, got, c.want)
			}
		}
	}
}

func TestQueriesWithoutSubject(t *testing.T) {
	docs := []heuristics.Document{{Text: "one train"}, {Text: "", Rank: 1}, {Text: "the bread"}}
	for name, query := range map[string]string{
		"empty": "", "spaces": " \n", "punctuation": "?!", "emoji": "🍞", "invalid": "\xff", "words nobody has": "zeppelins",
	} {
		for _, stage := range []heuristics.FirstStage{heuristics.Given, heuristics.Hidden} {
			if got, want := orderOf(t, query, docs, heuristics.Options{FirstStage: stage}), []int{1, 0, 2}; !slices.Equal(got, want) {
				t.Errorf("%s, first stage %d: order is %v, want the first stage's, %v", name, stage, got, want)
			}
		}
	}
}

func TestNoDocuments(t *testing.T) {
	for _, docs := range [][]heuristics.Document{nil, {}} {
		if got := rank(t, "bread", docs, heuristics.Options{Diversity: 1, Explain: true, Matches: true}); len(got.Items) != 0 || got.Trust != 0 {
			t.Errorf("%d items, trust %d, want none", len(got.Items), got.Trust)
		}
	}
}

// TestHiddenOrderIsNoEvidence: whatever the order, a document's score is the
// same.
func TestHiddenOrderIsNoEvidence(t *testing.T) {
	docs := []heuristics.Document{{Text: "bread ovens", Rank: 1}, {Text: "old bread", Rank: 2}, {Text: "rivers", Rank: 3}, {Text: "trains", Rank: 4}}
	other := slices.Clone(docs)
	for i := range other {
		other[i].Rank = 5 - other[i].Rank
	}
	o := heuristics.Options{FirstStage: heuristics.Hidden}
	a, b := rank(t, "bread oven", docs, o), rank(t, "bread oven", other, o)
	if a.Trust != 0 || b.Trust != 0 {
		t.Errorf("trust is %d and %d, want none", a.Trust, b.Trust)
	}
	for i := range docs {
		if scoreOf(a, i) != scoreOf(b, i) {
			t.Errorf("document %d scores %d, and %d with other ranks", i, scoreOf(a, i), scoreOf(b, i))
		}
	}
}

func scoreOf(r heuristics.Ranking, index int) heuristics.Score {
	at := slices.IndexFunc(r.Items, func(it heuristics.Item) bool { return it.Index == index })
	return r.Items[at].Score
}
