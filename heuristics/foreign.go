package heuristics

// foreign reports stop words of one language that are met in queries of
// another: they are words of both, parts of names ("Los Angeles", "van Gogh"),
// of phrases that travel ("de facto", "tour de France"), names of commands,
// functions and files, or letters that stand for something.
func foreign(word []byte) bool {
	if len(word) > longestStop {
		return false
	}
	switch string(word) {
	case "a", "ad", "af", "ah", "ai", "al", "algo", "alla", "alle", "allo", "als", "alt", "am", "ami", "an",
		"and", "ander", "anno", "ante", "antes", "ao", "are", "arra", "as", "at", "ate", "att", "au", "aus", "aux",
		"av", "az", "bad", "bare", "be", "been", "bei", "ben", "bin", "bis", "bleu", "bli", "brand", "by", "ce",
		"cela", "ces", "cet", "che", "chez", "chi", "ci", "com", "come", "comme", "comment", "como", "con", "contra",
		"cosa", "cu", "cual", "da", "dai", "dal", "dame", "dan", "dans", "dar", "das", "dat", "data", "de", "deg",
		"dei", "del", "della", "dem", "den", "denna", "der", "des", "dess", "det", "dette", "di", "die", "dies",
		"dig", "din", "dina", "dir", "disse", "dit", "do", "doc", "doe", "dog", "dom", "don", "donc", "dont", "door",
		"dopo", "dos", "dov", "du", "e", "ed", "een", "ego", "ein", "el", "ella", "elle", "em", "en", "end", "ene",
		"er", "era", "es", "esa", "ese", "eso", "est", "esta", "este", "et", "eu", "eux", "ex", "fa", "fait", "far",
		"fel", "fin", "fine", "foi", "for", "fra", "from", "fu", "fut", "gab", "ha", "had", "hade", "ham", "han",
		"hans", "har", "has", "hat", "haven", "hay", "he", "heb", "hem", "her", "here", "hier", "him", "his", "ho",
		"hoe", "hon", "hos", "hun", "i", "ici", "ideo", "if", "il", "ill", "ils", "im", "in", "ind", "inn", "io",
		"is", "ist", "isto", "it", "its", "itt", "ja", "jag", "je", "job", "ki", "kik", "kit", "kom", "kon", "la",
		"las", "le", "lei", "les", "leur", "li", "lo", "loro", "los", "lui", "ma", "mais", "man", "mange", "mar",
		"mas", "me", "med", "meg", "men", "mer", "mere", "mes", "mest", "met", "meu", "mi", "mia", "mig", "mii",
		"mik", "min", "mine", "mint", "mio", "mir", "mis", "mit", "mod", "moi", "mon", "more", "most", "mot", "my",
		"na", "nada", "nas", "ne", "ned", "nel", "nem", "ni", "no", "noe", "nog", "noi", "non", "nos", "not",
		"notre", "nous", "nu", "num", "o", "ob", "of", "og", "ole", "om", "on", "one", "ones", "ons", "ont", "op",
		"opp", "os", "oss", "otra", "otro", "ou", "out", "over", "par", "para", "pas", "per", "plus", "por", "pour",
		"qual", "quasi", "quel", "qui", "sa", "sans", "sao", "se", "sea", "seg", "sem", "ser", "sera", "ses", "set",
		"seu", "si", "sia", "sig", "sin", "sina", "sine", "ska", "so", "sobre", "soll", "som", "son", "sono", "sont",
		"sotto", "sous", "sta", "su", "suit", "sul", "sur", "sus", "ta", "te", "tem", "ten", "tes", "teu", "ti",
		"tid", "til", "till", "to", "todo", "todos", "toe", "toi", "ton", "tot", "tous", "tout", "tra", "tu", "tus",
		"tutti", "u", "ud", "uit", "um", "uma", "un", "una", "und", "under", "une", "uno", "uns", "up", "upp", "us",
		"ut", "va", "van", "var", "vara", "vart", "ved", "vem", "vers", "vi", "via", "vid", "vil", "villa", "ville",
		"volt", "volta", "vom", "von", "vor", "vos", "votre", "war", "was", "wat", "we", "were", "will", "wir", "wo",
		"y", "ya", "yo", "your", "ze", "zo", "zu":
		return true
	}
	return false
}
