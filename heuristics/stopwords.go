package heuristics

// Stop words carry grammar, not subject. They are compared as written, lower
// case and without apostrophes or vowel points, and never stemmed:
// see RATIONALE: why-stop-words-match-as-written. Each list is a switch, so that no
// memory is set up before the first query.

// longestStop bounds the length of stop words in bytes.
const longestStop = 16

// stopWord reports whether word, of the given language's script, is one of its
// stop words.
func stopWord(language string, word []byte) bool {
	if len(word) > longestStop {
		return false // what is shorter is converted without allocating
	}
	return stopOf(language, string(word))
}

func stopOf(language, word string) bool {
	switch language {
	case "en":
		return stopEnglish(word)
	case "he":
		return stopHebrew(word)
	case "es":
		return stopSpanish(word)
	case "fr":
		return stopFrench(word)
	case "sv":
		return stopSwedish(word)
	case "no":
		return stopNorwegian(word)
	case "hu":
		return stopHungarian(word)
	case "ru":
		return stopRussian(word)
	case "ar":
		return stopArabic(word)
	}
	return false
}

func stopEnglish(word string) bool {
	switch word {
	case "a", "about", "above", "after", "again", "against", "all", "also", "am", "an", "and", "any", "are",
		"as", "at", "be", "because", "been", "before", "being", "below", "between", "both", "but", "by",
		"can", "cannot", "cant", "could", "couldnt", "did", "didnt", "do", "does", "doesnt", "doing",
		"dont", "down", "during", "each", "few", "for", "from", "further", "get", "got", "had", "has",
		"hasnt", "have", "havent", "having", "he", "her", "here", "hers", "herself", "him", "himself",
		"his", "how", "i", "if", "im", "in", "into", "is", "isnt", "it", "its", "itself", "ive", "just",
		"let", "lets", "me", "might", "more", "most", "must", "my", "myself", "no", "nor", "not", "now",
		"of", "off", "on", "once", "only", "or", "other", "our", "ours", "ourselves", "out", "over", "own",
		"same", "shall", "she", "should", "so", "some", "such", "than", "that", "thats", "the", "their",
		"theirs", "them", "themselves", "then", "there", "these", "they", "this", "those", "through", "to",
		"too", "under", "until", "up", "us", "very", "was", "wasnt", "we", "were", "werent", "what",
		"whats", "when", "where", "which", "while", "who", "whom", "whose", "why", "will", "with",
		"without", "wont", "would", "wouldnt", "you", "your", "yours", "yourself", "yourselves":
		return true
	}
	return false
}

func stopHebrew(word string) bool {
	switch word {
	case "אבל", "או", "אותה", "אותו", "אותי", "אותם", "אז", "אחרי", "איזה", "איזו", "איך", "אילו", "אין",
		"איפה", "אך", "אל", "אלה", "אלו", "אם", "אנחנו", "אני", "אצל", "אשר", "את", "אתה", "אתם", "אתן",
		"ב", "באיזה", "באיזו", "בגלל", "בה", "בהם", "בו", "ביותר", "בין", "בלי", "גם", "דרך", "ה", "האם",
		"הוא", "היא", "היה", "היו", "הייתה", "היכן", "היתה", "הם", "הן", "ו", "זאת", "זה", "זהו", "זו",
		"ידי", "יהיה", "יותר", "יש", "כ", "כאן", "כאשר", "כדי", "כי", "כיצד", "כך", "כל", "כמה", "כמו",
		"כן", "כש", "ל", "לא", "לאחר", "לאיזה", "לאיזו", "לאן", "לה", "להיות", "להם", "לו", "לי", "לך",
		"ללא", "למה", "למרות", "לנו", "לפי", "לפני", "מ", "מאוד", "מאיזה", "מאין", "מאיפה", "מדוע", "מה",
		"מהו", "מהי", "מהם", "מהן", "מול", "מי", "מיהו", "מיהי", "מן", "מתי", "עד", "עוד", "על", "עם",
		"עקב", "רק", "ש", "שבה", "שבו", "של", "שלה", "שלהם", "שלו", "שלי", "שלך", "שלנו", "שם", "תהיה",
		"תוך":
		return true
	}
	return false
}

func stopSpanish(word string) bool {
	switch word {
	case "a", "al", "algo", "ante", "antes", "como", "con", "contra", "cual", "cuales", "cuando", "cuál",
		"cuáles", "cuándo", "cuánto", "cuántos", "cómo", "de", "del", "desde", "donde", "dos", "dónde",
		"e", "el", "ella", "ellas", "ellos", "en", "entre", "era", "eran", "es", "esa", "ese", "eso",
		"esta", "estaba", "este", "esto", "está", "están", "fue", "fueron", "ha", "hace", "han", "hasta",
		"hay", "la", "las", "le", "les", "lo", "los", "me", "mi", "mis", "muy", "más", "nada", "ni", "no",
		"nos", "nosotros", "o", "os", "otra", "otro", "para", "pero", "por", "porque", "que", "quien",
		"quién", "quiénes", "qué", "se", "sea", "ser", "si", "sin", "sobre", "son", "su", "sus", "también",
		"te", "tiene", "tienen", "todo", "todos", "tu", "tus", "un", "una", "unas", "uno", "unos", "y",
		"ya", "yo", "él":
		return true
	}
	return false
}

func stopFrench(word string) bool {
	switch word {
	case "a", "ai", "au", "aux", "avec", "c", "ce", "cela", "ces", "cet", "cette", "ceux", "comme",
		"comment", "d", "dans", "de", "depuis", "des", "donc", "dont", "du", "elle", "elles", "en",
		"entre", "es", "est", "et", "eu", "eux", "fait", "ici", "il", "ils", "j", "je", "jusqu", "l", "la",
		"le", "les", "leur", "leurs", "lorsque", "lui", "m", "ma", "mais", "me", "mes", "moi", "mon",
		"même", "n", "ne", "ni", "nos", "notre", "nous", "on", "ont", "ou", "où", "par", "pas", "pendant",
		"plus", "pour", "pourquoi", "qu", "quand", "que", "quel", "quelle", "quelles", "quels", "qui",
		"quoi", "s", "sa", "sans", "se", "selon", "ses", "si", "son", "sont", "sous", "sur", "t", "ta",
		"te", "tes", "toi", "ton", "tous", "tout", "toute", "toutes", "très", "tu", "un", "une", "vers",
		"vos", "votre", "vous", "y", "à", "était", "été", "être":
		return true
	}
	return false
}

func stopSwedish(word string) bool {
	switch word {
	case "alla", "allt", "att", "av", "blev", "bli", "blir", "de", "dem", "den", "denna", "deras", "dess",
		"det", "detta", "dig", "din", "dina", "ditt", "du", "där", "då", "efter", "ej", "eller", "en",
		"er", "ett", "finns", "från", "för", "ha", "hade", "han", "hans", "har", "henne", "hennes", "hon",
		"honom", "hur", "här", "i", "icke", "inom", "inte", "jag", "kan", "kunde", "man", "med", "mellan",
		"men", "mig", "min", "mitt", "mot", "mycket", "ni", "nu", "när", "någon", "något", "några", "och",
		"om", "oss", "på", "sedan", "sig", "sin", "sina", "sitt", "ska", "skulle", "som", "så", "till",
		"under", "upp", "ut", "utan", "vad", "var", "vara", "varför", "varje", "vart", "vem", "vi", "vid",
		"vilka", "vilken", "vilket", "vår", "våra", "än", "är", "även", "över":
		return true
	}
	return false
}

func stopNorwegian(word string) bool {
	switch word {
	case "alle", "at", "av", "ble", "bli", "blir", "da", "de", "deg", "dem", "den", "denne", "der", "deres",
		"det", "dette", "din", "disse", "du", "eller", "en", "er", "et", "etter", "for", "fordi", "fra",
		"få", "ha", "hadde", "han", "hans", "har", "hennes", "her", "hun", "hva", "hvem", "hver", "hvilke",
		"hvilken", "hvilket", "hvis", "hvor", "hvordan", "hvorfor", "i", "ikke", "ingen", "inn", "jeg",
		"kan", "kom", "kunne", "man", "mange", "med", "meg", "mellom", "men", "mer", "min", "mot", "mye",
		"må", "ned", "noe", "noen", "nå", "når", "og", "også", "om", "opp", "oss", "over", "på", "seg",
		"selv", "sin", "sine", "sitt", "skal", "skulle", "slik", "som", "så", "til", "under", "ut", "uten",
		"var", "ved", "vi", "vil", "ville", "vår", "være", "vært", "å":
		return true
	}
	return false
}

func stopHungarian(word string) bool {
	switch word {
	case "a", "ahogy", "aki", "akik", "akkor", "alatt", "ami", "amit", "annak", "arra", "az", "azok",
		"azon", "azt", "azután", "azért", "be", "csak", "de", "e", "egy", "egyes", "egyéb", "ehhez", "el",
		"elő", "ennek", "erre", "ez", "ezek", "ezen", "ezt", "ezért", "fel", "ha", "hanem", "hogy",
		"hogyan", "hol", "hova", "hány", "igen", "ill", "is", "itt", "kell", "ki", "kik", "kit", "le",
		"lehet", "lesz", "meg", "mely", "melyek", "melyik", "mert", "mi", "mik", "mikor", "milyen", "mint",
		"mit", "miért", "most", "már", "más", "mégis", "ne", "nem", "nincs", "néha", "s", "se", "sem",
		"után", "vagy", "van", "vannak", "volt", "voltak", "és", "így", "össze", "úgy", "ő", "ők":
		return true
	}
	return false
}

func stopRussian(word string) bool {
	switch word {
	case "а", "без", "более", "бы", "был", "была", "были", "было", "быть", "в", "вам", "вас", "весь", "во",
		"вот", "все", "всего", "всех", "вы", "где", "да", "для", "до", "его", "ее", "ей", "ему", "если",
		"есть", "еще", "же", "за", "зачем", "и", "из", "или", "им", "их", "к", "как", "какая", "какие",
		"какой", "ко", "когда", "которая", "которые", "который", "кто", "куда", "ли", "либо", "между",
		"меня", "мне", "мой", "мы", "на", "над", "нам", "нас", "не", "него", "нее", "ней", "нет", "ни",
		"них", "но", "ну", "о", "об", "один", "он", "она", "они", "оно", "от", "по", "под", "почему",
		"при", "про", "с", "сам", "сколько", "со", "так", "также", "там", "те", "тем", "то", "того",
		"тоже", "той", "только", "том", "ты", "у", "уже", "чего", "чей", "чем", "что", "чтобы", "эта",
		"эти", "это", "этого", "этой", "этом", "этот", "я":
		return true
	}
	return false
}

func stopArabic(word string) bool {
	switch word {
	case "أن", "أنا", "أنت", "أو", "أي", "أين", "إذا", "إلى", "إن", "التي", "الذي", "الذين", "بعد", "بعض",
		"بين", "تلك", "ثم", "حتى", "حول", "دون", "ذلك", "على", "عن", "عند", "غير", "في", "قبل", "قد",
		"كان", "كانت", "كل", "كم", "كيف", "لا", "لكن", "لم", "لماذا", "لن", "ما", "ماذا", "متى", "مع",
		"من", "منذ", "نحن", "هذا", "هذه", "هل", "هم", "هو", "هي", "و", "يكون":
		return true
	}
	return false
}
