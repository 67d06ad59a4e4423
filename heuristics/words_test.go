package heuristics_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/splitrank/splitrank/heuristics"
	"github.com/splitrank/splitrank/heuristics/stem/all"
	"github.com/splitrank/splitrank/heuristics/stem/english"
)

// wording is a query as people type it. The document that answers it stands
// last, so that the given order never helps.
type wording struct {
	name, query string
	docs        []string
}

// checkWordings wants the last document of each first, above all others.
func checkWordings(t *testing.T, o heuristics.Options, cases []wording) {
	t.Helper()
	o.FirstStage = heuristics.Hidden
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var docs []heuristics.Document
			for _, text := range c.docs {
				docs = append(docs, heuristics.Document{Text: text})
			}
			r, err := heuristics.Rank(c.query, docs, o)
			if err != nil {
				t.Fatal(err)
			}
			if first := r.Items[0]; first.Index != len(docs)-1 || len(docs) > 1 && first.Score == r.Items[1].Score || first.Score == 0 {
				var list strings.Builder
				for _, it := range r.Items {
					list.WriteString("\n\t" + strconv.FormatFloat(it.Score.Float(), 'f', 3, 64) + " " + docs[it.Index].Text)
				}
				t.Errorf("%q in %q:%s", c.query, r.Language, list.String())
			}
		})
	}
}

func everywhere(t *testing.T, cases []wording) {
	t.Run("all stemmers", func(t *testing.T) { checkWordings(t, heuristics.Options{Stemmers: all.Stemmers()}, cases) })
	t.Run("English only", func(t *testing.T) {
		checkWordings(t, heuristics.Options{Stemmers: []heuristics.Stemmer{english.Stemmer()}}, cases)
	})
}

// TestKeywordsThatAreStopWordsElsewhere: one such word does not make a query
// another language's, where it would weigh nothing.
func TestKeywordsThatAreStopWordsElsewhere(t *testing.T) {
	everywhere(t, []wording{
		{"mint", "mint sauce", []string{"Gravy is a sauce of meat juices.", "The sauce splits when it boils.", "White sauce needs butter.", "Chop the mint leaves, add vinegar and sugar."}},
		{"van", "van hire", []string{"Bike hire by the hour.", "The hire of tools is dear.", "Hire a tent for the summer.", "A van for moving house costs forty a day to hire."}},
		{"sea", "sea temperature", []string{"Oven temperature and rack height.", "Room temperature is fine for storing it.", "The sea off Norway warmed by one degree; its temperature is measured daily."}},
		{"dos", "dos attack", []string{"A heart attack needs an ambulance.", "The attack began at dawn.", "The server was down for an hour under a DOS attack."}},
		{"sin", "sin function", []string{"The function of the liver.", "Every function has a name.", "The sin of an angle is a periodic function."}},
		{"todo", "todo list app", []string{"A list of every app in the store.", "Shopping list, app included.", "This todo app keeps one list a day."}},
		{"mot", "mot test", []string{"The test was easy.", "A blood test takes a day.", "A car of three years needs an MOT test."}},
		{"men", "men shoes", []string{"Shoes for children.", "Wash the shoes by hand.", "Running shoes for men."}},
		{"kit", "kit car", []string{"The car broke down.", "A car park for two hundred.", "He built a car from a kit in his garage."}},
		{"hay", "hay fever remedy", []string{"A fever remedy from the pharmacy.", "Willow bark was a remedy for fever.", "Hay fever in May: the best remedy is a spray."}},
		{"fan", "fan heater", []string{"A gas heater for caravans.", "Heater not working", "Fill the heater with water.", "Electric heater with a fan"}},
		{"con", "con artist", []string{"The artist paints.", "An artist of light", "The artist is dead", "A con man is an artist of lies"}},
		{"den", "den movie", []string{"Movie tickets", "Movie of the year", "The lion in its den, a movie"}},
		{"per", "per diem rules", []string{"Rules of chess", "rules for cyclists", "Rules for the per diem"}},
		{"sous", "sous chef salary", []string{"Chef salary", "The salary of a chef", "A sous chef's salary"}},
		{"dell", "dell xps battery", []string{"A battery for xps units", "battery of a car", "The battery of the Dell XPS"}},
		{"mein", "lo mein recipe", []string{"recipe for soup", "my recipe, look", "A recipe for lo mein"}},
		{"sedan", "sedan tyre size", []string{"tyre size of a bike", "the size of a tyre", "Which tyre fits the size of a sedan"}},
		{"heel", "heel pain", []string{"pain relief", "pain in the neck", "no pain, no gain", "Pain in the heel"}},
	})
}

// TestSpellingsOfLetters: what is the same to readers is the same here.
func TestSpellingsOfLetters(t *testing.T) {
	everywhere(t, []wording{
		{"ligatures in a document", "officer fired", []string{"The oven is fired with wood.", "A police officer.", "The oﬃcer was ﬁred in May."}},
		{"ligatures in a query", "ﬂour ﬁlter", []string{"A coffee filter.", "Wheat flour.", "Sieve the flour through a filter."}},
		{"NFC finds NFD", "Đà Nẵng", []string{"Hà Nội", "Đà Nẵng bãi biển"}},
		{"NFD finds NFC", "phở bò", []string{"bún chả", "phở bò ngon"}},
		{"sharp s", "Fußball Regeln", []string{"Fusball", "Handball Regeln", "Die Fussball Regeln"}},
		{"œ is no o", "recette de bœuf", []string{"Une recette de soupe.", "Le buf et le bof.", "Du boeuf en daube, la recette."}},
		{"Romanian", "Iași hartă", []string{"Cluj hartă", "Iasi harta orasului"}},
		{"Cyrillic apart", "йод", []string{"иод", "йод в воде"}},
		{"half-width kana", "ｶﾚｰﾗｲｽ", []string{"ライス", "カレーライスの作り方"}},
		{"Arabic forms", "كتاب", []string{"باب", "ﻛﺘﺎﺏ"}},
		{"subscripts", "CO2 sensor", []string{"O2 sensor", "A CO₂ sensor for the classroom"}},
		{"micro", "10 µm filter", []string{"10 mm filter", "A filter of 10 μm"}},
		{"trademark", "Lumo lamp", []string{"A desk lamp.", "The Lumo™ lamp folds."}},
		{"square metres", "20 m2 flat", []string{"A flat of 30 m2.", "A flat of 20㎡."}},
		{"pinyin", "nihao", []string{"zz", "nǐhǎo"}},
		{"Vietnamese without accents", "Tran Hung Dao", []string{"zz", "Trần Hưng Đạo"}},
		{"Hangul apart", "컴퓨터", []string{"zz", "컴퓨터"}},
		{"ё apart", "съёмка", []string{"zz", "съёмка"}},
		{"Polish", "Lukasz", []string{"zz", "Łukasz"}},
		{"Czech", "Dvorak", []string{"zz", "Dvořák"}},
		{"Turkish capital", "istanbul", []string{"zz", "İstanbul"}},
		{"a ligature of three", "waffle shuffle", []string{"zz", "waﬄe shuﬄe"}},
		{"a ligature of Dutch", "ijsberg", []string{"zz", "ĳsberg"}},
		{"thorn", "Thingvellir", []string{"zz", "Þingvellir"}},
		{"capital sharp s", "groß", []string{"zz", "GROẞ"}},
		{"a formula", "SO2", []string{"zz", "SO₂"}},
		{"a Roman number", "part IV", []string{"part I", "part Ⅳ"}},
		{"number sign", "No 7", []string{"No 6", "№ 7"}},
		{"degrees", "20 °C", []string{"20 F", "20℃"}},
		{"kilograms", "5 kg", []string{"5 g", "5㎏"}},
		{"two and a quarter", "2 1/4", []string{"2 1/8", "2¼"}},
		{"full width", "ＵＳＢ ３", []string{"USB 2", "usb 3"}},
		{"lam alef", "سلام", []string{"zz", "ﺳﻼﻡ"}},
		{"Hebrew forms", "שלום", []string{"zz", "שּׁלום"}},
		{"mathematical letters", "abc 12", []string{"zz", "𝐚𝐛𝐜 𝟙𝟚"}},
		{"a company in parentheses", "(株)", []string{"社", "㈱"}},
		{"an era in one sign", "平成", []string{"昭和", "㍻"}},
		{"digits of Hindi", "123", []string{"124", "१२३"}},
		{"digits of Thai", "2567", []string{"2566", "๒๕๖๗"}},
		{"œ is two letters", "ma sœur", []string{"ma sour", "ma soeur"}},
	})
}

// TestNumbersOfParts: 4.2 is neither 2.4 nor 42.
func TestNumbersOfParts(t *testing.T) {
	everywhere(t, []wording{
		{"a version", "Rails 7.1 migration notes", []string{"Rails 1.7 migration notes", "Rails 7.2 migration notes", "Migration notes for Rails 7.1"}},
		{"a size", "2.5 mm drill", []string{"5.2 mm drill", "A drill bit of 2.5 mm"}},
		{"a decimal comma", "2,5 mm drill", []string{"5,2 mm drill", "A drill bit of 2.5 mm"}},
		{"a time", "9:45 train", []string{"45:9 train", "The train at 9:45 is full"}},
		{"an address", "192.168.0.1 router", []string{"1.0.168.192 router", "Your router answers at 192.168.0.1 usually"}},
		{"a section", "section 2.4.1", []string{"section 1.4.2", "section 4.2.1", "See section 2.4.1"}},
		{"a patch of a version", "Go 1.22 release", []string{"Go 22.1 release", "Release of Go 1.22.3"}},
		{"no part of a longer one", "kernel 5.4", []string{"kernel 2.5.4", "The kernel 5.4 and its drivers"}},
		{"a fraction", "1/2 inch pipe", []string{"2/1 inch pipe", "A pipe of ½ inch"}},
		{"thousands", "2,000 steps", []string{"Step 2 of the 000 steps", "Walk 200 steps", "Walk 2000 steps"}},
		{"thousands with dots", "2000 steps", []string{"Walk 200 steps", "Walk 2.000 steps"}},
		{"thousands with spaces", "12500 tickets", []string{"12 tickets, row 500", "They sold 12 500 tickets"}},
		{"thousands with apostrophes", "12500 tickets", []string{"12 tickets", "They sold 12'500 tickets"}},
		{"millions in code", "1000000 rows", []string{"1000 rows", "limit = 1_000_000 rows"}},
		{"a year behind a range still counts", "budget 2021", []string{"budget 2019", "The budget 2020-2021"}},
		{"price", "price 1500 euro", []string{"price 15 euro", "a price of 1,500 euro"}},
		{"Node", "Node 18.2 changelog", []string{"Node 2.18 changelog", "Changelog of Node 18.2"}},
		{"pH", "pH 7.4 buffer", []string{"pH 4.7 buffer", "A buffer at pH 7.4"}},
		{"scale", "1:500 scale", []string{"500:1 scale", "scale of 1:500"}},
		{"date with dots", "05.11.2023 Termin", []string{"11.05.2023 Termin", "Termin am 05.11.2023"}},
		{"a tag", "v1.2.3", []string{"1.3.2", "release 1.2.3"}},
		{"Hebrew", "גרסה 4.2", []string{"גרסה 2.4", "הגרסה 4.2 יצאה"}},
		{"Hebrew prefix", "ב-3.5 מיליון", []string{"5.3 מיליון", "נמכר ב-3.5 מיליון"}},
		{"Cyrillic", "версия 2.8", []string{"версия 8.2", "новая версия 2.8"}},
		{"one apostrophe and another", "1250000", []string{"zz", "1'250'000"}},
		{"the same in the query", "1'250'000", []string{"1 und 250", "1250000"}},
		{"no number before a name", "5'UTR length", []string{"5 zz", "the length of the 5' UTR"}},
		{"a comma in full width", "1000", []string{"1 000x", "１，０００"}},
		{"a time in full width", "12:30", []string{"30:12", "１２：３０"}},
		{"thousands in Arabic", "1000", []string{"zz", "١٬٠٠٠"}},
		{"decimals in Arabic", "3.5", []string{"5.3", "٣٫٥"}},
		{"Japanese", "バージョン 1.6", []string{"バージョン 6.1", "バージョン 1.6 公開"}},
	})
}

// TestJoinedAndParted: spellings meet both ways, neighbours do not.
func TestJoinedAndParted(t *testing.T) {
	everywhere(t, []wording{
		{"email", "email filter", []string{"Filter for the kettle.", "An e-mail filter sorts your post."}},
		{"e-mail", "e-mail filter", []string{"Filter for the kettle, mail order.", "An email filter sorts your post."}},
		{"a hyphen that does not break", "wifi password", []string{"A password has ten letters.", "The Wi‑Fi password is on the box."}},
		{"login", "login page", []string{"The front page.", "The log-in page moved."}},
		{"sign-up", "sign-up form", []string{"Sign the form up there.", "The signup form."}},
		{"startups by their plural", "startups in Berlin", []string{"Berlin has parks.", "Start-ups in Berlin raise money."}},
		{"two words", "healthcare reform", []string{"Reform of the tax.", "The reform of health care."}},
		{"one word", "health care reform", []string{"Reform of the tax.", "The reform of healthcare."}},
		{"a card joined", "RTX4090 price", []string{"RTX4080 price", "RTX 3090 price", "The price of an RTX 4090"}},
		{"a card parted", "RTX 4090 price", []string{"RTX 4080 price", "RTX3090 price", "The price of an RTX4090"}},
		{"a card with a hyphen", "RTX-4090 price", []string{"RTX-4080 price", "The price of an RTX4090"}},
		{"an encoding", "utf8 table", []string{"utf16 table", "A table of UTF-8"}},
		{"a hash", "sha512 digest", []string{"digest", "md5 digest", "SHA-512 digest"}},
		{"a codec", "h265 player", []string{"h264 player", "A player for H.265"}},
		{"a distance", "10km race", []string{"5km race", "A race of 10 km"}},
		{"a size", "16 GB memory", []string{"8 GB memory", "Memory of 16GB"}},
		{"a model", "GPT4 pricing", []string{"GPT3 pricing", "Pricing of GPT-4"}},
		{"Hebrew before a model", "מחיר GPT4", []string{"מחיר GPT3", "כמה עולה ה-GPT-4 ומה המחיר"}},
		{"a library", "nodejs streams", []string{"The streams of the valley.", "Streams in Node.js"}},
		{"a country", "US visa", []string{"They let us wait for the visa.", "A visa for the U.S."}},
		{"a country with dots", "U.S. visa", []string{"They let us wait for the visa.", "A visa for the US"}},
		{"a title", "PhD thesis", []string{"A thesis in one page.", "Her Ph.D. thesis"}},
		{"a name", "O'Brien novel", []string{"A novel by Brian.", "The OBrien novel"}},
		{"a name joined", "OBrien novel", []string{"A novel by Brian.", "The O'Brien novel"}},
		{"Hebrew", "צ'ק ליסט", []string{"צק בנקאי", "צ׳קליסט לטיסה"}},
		{"a word cut at the end of a line", "information desk", []string{"The desk is oak.", "Ask at the infor-\nmation desk."}},
		{"a version behind a name", "python3.12 install", []string{"Install Python 2.7.", "Install Python 3.12 here."}},
		{"commerce", "ecommerce platform", []string{"A platform for trains", "The commerce ministry's platform", "An e-commerce platform"}},
		{"web page", "web page title", []string{"page title", "titles on the web", "the title of a webpage"}},
		{"a phone", "iPhone15 case", []string{"iPhone 14 case", "case of 15 bottles", "A case for the iPhone 15"}},
		{"a graphics card", "GTX1080", []string{"GTX 1060", "1080p video", "the GTX-1080"}},
		{"a disease", "covid19 vaccine", []string{"vaccine 19", "the vaccine for measles", "a vaccine against COVID-19"}},
		{"Tel Aviv", "מלון תל אביב", []string{"תל גדול", "מלון בתל־אביב"}},
		{"a short word behind a prefix", "חג", []string{"חיג", "בחג"}},
		{"Ben Gurion", "בן־גוריון שדה", []string{"בן של שדה", "שדה התעופה בן גוריון"}},
		{"Russian", "онлайн", []string{"zz", "он-лайн"}},
		{"a rating", "5-star", []string{"zz", "5 star"}},
		{"a digit before capitals", "3d printer", []string{"printer", "3DPrinter"}},
		{"initials", "R&D", []string{"r d", "R & D"}},
		{"initials joined", "R&D", []string{"zz", "RD"}},
		{"an alias typed in full width", "Ｅ－ｍａｉｌ", []string{"mail", "email"}},
		{"a compound", "Krankenversicherung", []string{"Der Hund", "Krankenversicherungsbeitrag"}},
		{"a longer compound", "Rechtsschutzversicherung", []string{"Schutz", "Versicherung", "Die Rechtsschutzversicherungspolice"}},
		{"a Swedish compound", "sjukförsäkring", []string{"zz", "sjukförsäkringsavgift"}},
	})
}

// TestAcronymsInNames: a border between capitals and a word.
func TestAcronymsInNames(t *testing.T) {
	everywhere(t, []wording{
		{"before a word", "xml reader buffer", []string{"A buffer of sand.", "The reader of a novel.", "XMLReader has a buffer."}},
		{"behind a word", "order id", []string{"The id badge hangs here, in order.", "An order of tea.", "Field orderID is set; orderID is unique."}},
		{"a verb before", "parse json", []string{"Jason parses.", "call parseJSON first"}},
		{"get", "get url", []string{"url list", "getURL answers it"}},
		{"a viewer", "pdf viewer zoom", []string{"viewer of art", "a zoom lens", "PDFViewer can zoom"}},
		{"a client", "http client retry", []string{"client of a bank, retry", "retry the client", "HTTPClient does retry"}},
		{"an error", "io error", []string{"error", "io", "an IOError"}},
		{"parsing", "parse xml", []string{"parse", "xml tree", "parseXML reads"}},
	})
}

// TestSymbolsOfNames: a symbol may be the name.
func TestSymbolsOfNames(t *testing.T) {
	everywhere(t, []wording{
		{"C++", "C++ pointers", []string{"Pointers in C.", "Pointers in C# are unsafe.", "Smart pointers in C++."}},
		{"C#", "C# records", []string{"Records in C", "Records in C++", "C# has records: try them"}},
		{"C", "C structs", []string{"C++ structs", "C# structs", "All structs of C"}},
		{"F#", "F# pipes", []string{"F pipes", "Pipes of F#"}},
		{"a version of C++", "C++20 modules", []string{"C 20 modules", "Modules of C++20"}},
		{"blood", "blood group A-", []string{"Blood group A+", "Blood group A", "A- blood group"}},
		{"a minus from print", "blood group A−", []string{"Blood group A+", "Blood group A", "A- blood group"}},
		{"an algorithm", "A* search", []string{"A search", "Search by A*"}},
		{"a service", "Nova+ channels", []string{"Nova channels", "Channels of Nova+"}},
		{".NET", ".NET jobs", []string{"net jobs", "jobs net", "Jobs for .NET"}},
		{"below zero", "-7 degrees", []string{"7 degrees", "It was −7 degrees"}},
		{"an operator", "== or ===", []string{"= and !=", "The difference of == and ==="}},
		{"another operator", "?? operator", []string{"The ?: operator", "An operator ?? for nothing"}},
		{"an editor", "Notepad++ plugins", []string{"Notepad plugins", "plugins for Notepad++"}},
		{"blood of two letters", "AB- blood", []string{"AB+ blood", "AB blood", "blood type AB-"}},
		{"a tree", "B+ tree", []string{"B tree", "B- tree", "index by a B+ tree"}},
		{"an ion", "Cl- ion", []string{"Cl ion", "the ion Cl−"}},
		{"an annotation", "@Autowired spring", []string{"autowired spring", "spring with @Autowired"}},
		{"a directive", "#define macro", []string{"define macro", "a macro by #define"}},
		{"a variable", "$PATH variable", []string{"path variable", "the variable $PATH"}},
		{"a file", ".htaccess rewrite", []string{"htaccess rewrite", "rewrite in .htaccess"}},
		{"plus five", "+5 volts", []string{"-5 volts", "gives +5 volts"}},
		{"not equal", "!= operator", []string{"== operator", "operator", "the operator !="}},
		{"spaceship", "<=> operator", []string{"<= operator", "the spaceship operator <=>"}},
		{"optional", "?. operator", []string{"? operator", "use operator ?. here"}},
		{"an operator at the end", "what is ==", []string{"what is =", "This is ==."}},
		{"questions and answers", "Q&A session", []string{"a session q", "The Q&A session"}},
		{"an index", "S&P 500", []string{"P 500 s", "the S&P 500 index"}},
		{"input", "I/O error", []string{"o error i", "an I/O error"}},
		{"a shop", "H&M store", []string{"M store h", "the store of H&M"}},
		{"sharp", "C♯ minor", []string{"C minor", "in C# minor"}},
		{"flat", "B♭ clarinet", []string{"B clarinet", "clarinet in Bb"}},
		{"full width", "Ｃ＃ tips", []string{"C tips", "tips for C#"}},
	})
}

// TestStopWordsInCapitals: among small letters they are names.
func TestStopWordsInCapitals(t *testing.T) {
	everywhere(t, []wording{
		{"IT", "IT help desk hours", []string{"It is a desk that will help for hours.", "The IT help desk: hours of opening"}},
		{"IF", "IF formula", []string{"If the formula is empty", "The IF formula has three parts"}},
		{"WHO", "who leads WHO", []string{"Who leads the choir?", "Our choir leads.", "The doctor who leads the WHO"}},
		{"US", "US embassy", []string{"Let us find the embassy.", "An embassy of the US"}},
		{"AND", "AND gate truth table", []string{"a gate and a table and truth", "the AND gate: truth table"}},
		{"NOT", "NOT operator", []string{"not an operator", "The NOT operator inverts"}},
		{"CAN", "CAN bus", []string{"the bus can go", "a CAN bus frame"}},
		{"ON", "ON clause", []string{"the clause is on", "an ON clause joins"}},
		{"DO", "DO loop Fortran", []string{"do a loop in fortran", "A DO loop in Fortran"}},
	})
}

// TestHebrewAbbreviations: gershayim make another word, unless nobody writes
// them.
func TestHebrewAbbreviations(t *testing.T) {
	everywhere(t, []wording{
		{"an accountant is no wind", "רו״ח מומלץ", []string{"רוח חזקה ומומלץ להישאר בבית", "משרד רו״ח מומלץ בחיפה"}},
		{"the wind is no accountant", "רוח חזקה", []string{"רו״ח חזקה במיסוי", "מחר רוח קרה אבל לא חזקה"}},
		{"a lawyer is no stop word", "עו״ד תעבורה", []string{"תעבורה ועוד נושאים", "עוד על תעבורה", "עו״ד לענייני תעבורה"}},
		{"a city is no cell", "דירה בת״א", []string{"תא קטן בדירה", "דירה להשכרה בת״א"}},
		{"behind a prefix", "רו״ח", []string{"רוח", "פניתי לרו״ח אתמול"}},
		{"typed as an inch", "עו\"ד", []string{"עוד", "משרד עו״ד"}},
		{"typed as two apostrophes", "עו''ד", []string{"עוד", "משרד עו״ד"}},
		{"with the quotes of print", "עו”ד", []string{"עוד", "משרד עו\"ד"}},
		{"left out by the document", "צה״ל", []string{"הצבא", "חיילי צהל"}},
		{"left out by the query", "צהל", []string{"הצבא", "חיילי צה״ל"}},
		{"a report in plural", "דוחות", []string{"חותם", "הדו״חות הוגשו"}},
		{"a tax", "מע״מ", []string{"מעם", "תשלום מע״מ"}},
		{"a chair", "יו״ר", []string{"יור", "היו״ר התפטר"}},
		{"abroad is no sand", "חו״ל", []string{"חול", "טיסה לחו״ל"}},
		{"sand is not abroad", "חול", []string{"חו״ל", "ארגז חול"}},
		{"a unit", "ק״מ", []string{"קם", "עשרה ק״מ"}},
		{"property", "נדלן", []string{"כלב", "הנדל״ן"}},
		{"a general", "רמטכ״ל", []string{"כלב", "הרמטכ''ל"}},
		{"a title with geresh", "מס׳ 5", []string{"מס 4", "מס' 5"}},
	})
}

// TestHebrewPrefixes: what stands before a foreign word or a number is no word.
func TestHebrewPrefixes(t *testing.T) {
	everywhere(t, []wording{
		{"one letter", "מגן ל-iPhone", []string{"ל-Android ועוד", "מגן", "מגן לiPhone"}},
		{"the name alone", "ל-iPhone", []string{"ל-Android", "כיסוי ל iPhone"}},
		{"two letters before a year", "שב-2019", []string{"שב הביתה", "שב שב", "הדוח של 2019"}},
		{"two letters before a name", "וב-Excel", []string{"וב", "נוסחה ב-Excel"}},
		{"without a hyphen", "ב2019", []string{"ב 2018", "נולד בשנת 2019"}},
		{"a word that begins like a prefix", "מחשב", []string{"חשב", "המחשב החדש"}},
		{"its own first letter behind one", "המכונית", []string{"הכונית", "מכונית"}},
		{"a service", "ל-Netflix", []string{"ל-Disney", "מנוי Netflix"}},
		{"two letters before a mail", "שב-Gmail", []string{"שב הביתה", "הודעות ב-Gmail"}},
		{"three letters", "כש-Docker", []string{"כש-Podman", "Docker קורס"}},
		{"a share", "ב-10%", []string{"ב-20%", "עליה של 10%"}},
		{"a name with a hyphen", "לWi-Fi", []string{"לרכב", "סיסמת Wi-Fi"}},
		{"C++", "בC++", []string{"בC#", "תכנות ב-C++"}},
		{".NET", "ה.NET", []string{"ה-Java", "פיתוח ב-.NET"}},
		{"maqaf", "וב־Excel", []string{"וב־Word", "נוסחאות Excel"}},
	})
}
