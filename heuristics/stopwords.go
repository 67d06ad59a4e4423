package heuristics

// Stop words carry grammar, not subject. They are compared as written, lower
// case and without apostrophes or vowel points, and never stemmed:
// see RATIONALE: why-stop-words-match-as-written. Each list is one text, sorted and
// separated by spaces: it needs no memory before the first query, and half the
// bytes of a switch.

// longestStop bounds the length of stop words in bytes.
const longestStop = 16

// stopWord reports whether word, of the given language's script, is one of its
// stop words.
func stopWord(language string, word []byte) bool { return inStopList(stopList(language), word) }

// inStopList is stopWord where several words are asked of one language.
func inStopList(list string, word []byte) bool { return len(word) <= longestStop && inList(list, word) }

// inList finds a word in a sorted list of words with spaces between them. First
// letters tell most words apart, without a call.
func inList(list string, word []byte) bool {
	low, high := 0, len(list)
	for low < high && len(word) > 0 {
		from := (low + high) / 2
		to := from
		for from > low && list[from-1] != ' ' {
			from--
		}
		for to < high && list[to] != ' ' {
			to++
		}
		switch w, first := list[from:to], list[from]; {
		case first == word[0] && w == string(word):
			return true
		case first < word[0] || first == word[0] && w < string(word):
			low = to + 1
		default:
			high = max(low, from-1)
		}
	}
	return false
}

func stopList(language string) string {
	switch language {
	case "en":
		return stopsEnglish
	case "he":
		return stopsHebrew
	case "es":
		return stopsSpanish
	case "fr":
		return stopsFrench
	case "sv":
		return stopsSwedish
	case "no":
		return stopsNorwegian
	case "hu":
		return stopsHungarian
	case "ru":
		return stopsRussian
	case "ar":
		return stopsArabic
	case "de":
		return stopsGerman
	case "nl":
		return stopsDutch
	case "it":
		return stopsItalian
	case "pt":
		return stopsPortuguese
	case "da":
		return stopsDanish
	}
	return ""
}

const stopsEnglish = "" +
	"a about above after again against all also am an and any are as at be because been before being below " +
	"between both but by can cannot cant could couldnt did didnt do does doesnt doing dont down during each few " +
	"for from further get got had has hasnt have havent having he her here hers herself him himself his how i " +
	"if im in into is isnt it its itself ive just let lets me might more most must my myself no nor not now of " +
	"off on once only or other our ours ourselves out over own same shall she should so some such than that " +
	"thats the their theirs them themselves then there these they this those through to too under until up us " +
	"very was wasnt we were werent what whats when where which while who whom whose why will with without wont " +
	"would wouldnt you your yours yourself yourselves"

const stopsHebrew = "" +
	"אבל או אותה אותו אותי אותם אז אחרי איזה איזו איך אילו אין איפה אך אל אלה אלו אם אנחנו אני אצל אשר את אתה " +
	"אתם אתן ב באיזה באיזו בגלל בה בהם בו ביותר בין בלי גם דרך ה האם הוא היא היה היו הייתה היכן היתה הם הן ו " +
	"זאת זה זהו זו ידי יהיה יותר יש כ כאן כאשר כדי כי כיצד כך כל כמה כמו כן כש ל לא לאחר לאיזה לאיזו לאן לה " +
	"להיות להם לו לי לך ללא למה למרות לנו לפי לפני מ מאוד מאיזה מאין מאיפה מדוע מה מהו מהי מהם מהן מול מי מיהו " +
	"מיהי מן מתי עד עוד על עם עקב רק ש שבה שבו של שלה שלהם שלו שלי שלך שלנו שם תהיה תוך"

const stopsSpanish = "" +
	"a al algo ante antes cada como con contra cual cuales cuando cuanta cuantas cuanto cuantos cuál cuáles " +
	"cuándo cuánta cuántas cuánto cuántos cómo de del desde donde dos dónde e el ella ellas ellos en entre era " +
	"eran es esa ese eso esta estaba este esto está están fue fueron ha hace han hasta hay la las le les lo los " +
	"me mi mis muy más nada ni no nos nosotros o os otra otro para pero por porque puede que quien quién " +
	"quiénes qué se sea ser si sin sobre son su sus también te tiene tienen todo todos tras tu tus un una unas " +
	"uno unos y ya yo él"

const stopsFrench = "" +
	"a ai au aussi aux avec c ce cela ces cet cette ceux chez combien comme comment d dans de depuis des donc " +
	"dont du elle elles en entre es est et eu eux faire fait fut ici il ils j je jusqu l la le les leur leurs " +
	"lorsque lui m ma mais me mes moi mon même n ne ni nos notre nous on ont ou où par pas pendant peut plus " +
	"pour pourquoi qu quand que quel quelle quelles quelques quels qui quoi s sa sans se selon ses si son sont " +
	"sous sur t ta te tes toi ton tous tout toute toutes très tu un une vers vos votre vous y à était été être"

const stopsSwedish = "" +
	"alla allt att av bara blev bli blir de dem den denna deras dess det detta dig din dina ditt du där då " +
	"efter ej eller en er ett finnas finns från får för ger ha hade han hans har henne hennes hon honom hos hur " +
	"här i icke inom inte jag kan kunde ligger man med mellan men mer mest mig min mitt mot mycket ni nu när " +
	"någon något några och om oss på sedan sig sin sina sitt ska skulle som så till under upp ut utan vad var " +
	"vara varför varje vart vem vi vid vilka vilken vilket vår våra än är även över"

const stopsNorwegian = "" +
	"alle alt at av bare begge blant ble blei bli blir bør da de deg dem den denne der deres det dette din " +
	"disse du eller en enn er et etter finnes for fordi fra få får før ha hadde ham han hans har hennes her hos " +
	"hun hva hvem hver hvilke hvilken hvilket hvis hvor hvordan hvorfor i ikke ingen inn jeg kan kom kunne " +
	"ligger man mange med meg mellom men mer min mot mye må ned noe noen nå når og også om opp oss over på seg " +
	"selv siden sin sine sitt skal skulle slik som så til under ut uten var ved vi vil ville vår være vært å"

const stopsHungarian = "" +
	"a ahogy aki akik akkor alatt ami amit annak arra az azok azon azt azután azért be csak de e egy egyes " +
	"egyéb ehhez el elő ennek erre ez ezek ezen ezt ezért fel ha hanem hogy hogyan hol hova hány hánykor igen " +
	"ill is itt kell ki kik kit le lehet lenne lesz meg mely melyek melyik melyiket mennyi mert mi miben mik " +
	"mikor milyen mint mire mit miért most már más mégis ne nem nincs néha s se sem után vagy van vannak volna " +
	"volt voltak és így össze úgy ő ők"

const stopsRussian = "" +
	"а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да для до его ее ей ему " +
	"если есть еще же за зачем и из или им их к как какая какие какой ко когда которая которые который кто куда " +
	"ли либо между меня мне мой мы на над нам нас не него нее ней нет ни них но ну о об один он она они оно от " +
	"по под почему при про с сам сколько со так также там те тем то того тоже той только том ты у уже чего чей " +
	"чем что чтобы эта эти это этого этой этом этот я"

const stopsArabic = "" +
	"أن أنا أنت أو أي أين إذا إلى إن التي الذي الذين بعد بعض بين تلك ثم حتى حول دون ذلك على عن عند غير في قبل " +
	"قد كان كانت كل كم كيف لا لكن لم لماذا لن ما ماذا متى مع من منذ نحن هذا هذه هل هم هو هي و يكون"

const stopsGerman = "" +
	"aber alle allen als also am an andere auch auf aus bei beim bin bis da damit dann das dass dem den der des " +
	"dessen die dies diese diesem diesen dieser dieses doch dort du durch ein eine einem einen einer eines er " +
	"es euch für gab geht gibt haben hat hatte hatten hier ich ihm ihn ihr ihre im in ist ja kann kein keine " +
	"können man mehr mein meine mich mir mit muss nach nein nicht noch nur ob oder ohne sehr sein seine sich " +
	"sie sind so soll um und uns unser unter viel viele vom von vor wann war waren warum was weil welche " +
	"welchem welchen welcher welches wenn wer werden wie wieso wieviel wieviele wir wird wo woher wohin wurde " +
	"wurden zu zum zur zwischen über"

const stopsDutch = "" +
	"aan al alle als ben bij daar dan dat de deze die dit doen door dus een en er gaat geen had hebben heeft " +
	"heel het hier hij hoe hoeveel ik in is je jij kan kunnen maar meer men met mijn moet moeten na naar niet " +
	"nog nu of om omdat onder ons ook op over te tegen ten toch toen tot uit van veel voor waar waarom wanneer " +
	"was wat we wel welk welke werd werden wie wij worden wordt ze zich zij zijn zo zonder zou"

const stopsItalian = "" +
	"a ad agli ai al alla alle anche c che chi ci come comè con cosa cosè cui da dagli dai dal dalla dalle dei " +
	"del dell della delle dello di dopo dove dovè e ed era erano essere gli ha hanno ho i il in io l la le lo " +
	"loro lui ma mi mia mio ne negli nei nel nell nella nelle no noi non nostro o ogni per perche perché più " +
	"quale quali quando quanta quante quanti quanto quella quello questa queste questi questo qui se senza si " +
	"sia sono sta su sua sugli sul sulla sulle suo suoi ti tra tu tutti tutto un una uno voi è"

const stopsPortuguese = "" +
	"a ao aos as até com como da das de dela dele deles depois do dos e ela elas ele eles em entre era eram " +
	"essa esse esta este eu fica ficam foi foram há isso isto já lhe mais mas me mesmo meu minha muito na nas " +
	"nem no nos nossa nosso num numa não o onde os ou para pela pelas pelo pelos pode podem por porque porquê " +
	"quais qual quando quantas quanto quantos que quem quê se sem ser seu seus sobre sua suas são só também te " +
	"tem têm um uma umas você vocês à às é"

const stopsDanish = "" +
	"af alle alt at begge blev blive bliver da de dem den denne der deres det dette dig din disse dog du efter " +
	"ej eller en end er et for fordi fra få får før ham han hans har havde hende hendes her hos hun hvad hvem " +
	"hver hvilke hvilken hvilket hvis hvor hvordan hvorfor hvornår i ikke ind ingen jeg kan kom kunne ligger " +
	"man mange med meget mellem men mere mig min mod må ned nej nogen noget nogle nu når og også om op os over " +
	"på selv sig sin skal skulle som så til ud uden under var ved vi vil ville være været"
