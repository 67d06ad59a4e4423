package heuristics

// foreign reports stop words of one language that are met in queries of
// another: they are words of both, parts of names ("Los Angeles", "van Gogh"),
// of phrases that travel ("de facto", "tour de France"), names of commands,
// functions and files, or letters that stand for something.
func foreign(word []byte) bool { return len(word) <= longestStop && inList(foreignStops, word) }

const foreignStops = "" +
	"a ad af ai aki al algo alla alle allen als alt am ami amit an ante antes ao arra as at att au aus aux " +
	"av az azt bara bare be bei ben bin bis bli cada ce cela ces cet che chez chi ci com come comme comment " +
	"como con contra cosa cual da dai dal dan dans das dat de deg dei del dell della dem den denna der des " +
	"dess det dette di die dies dig din dina disse dit do dog donc dont door dopo dos dove du e ed een ein " +
	"ej el ella elle em en end er era es esa ese eso est esta este et eu eux ez faire fait fel foi for fra " +
	"fut gab ger gli ha had hade ham han hans har hat hay heel her hier ho hoe hon hos hun i ici il ill " +
	"ils im in ind inn io is ist isto itt ja jag je kell ki kik kit kom la las le les leur lo loro los lui " +
	"ma mais man mange mas me med meg mein men mer mere mes mest met meu mi mia mig mik min mint mio mir mis " +
	"mit mitt mod moi mon most mot na nada nas ne ned nel nell nem ni no noe nog noi non nos notre nous " +
	"nu num numa o ob of og om on ons ont op opp os oss otra otro ou over par para pas pendant per plus por " +
	"pour qual quanta quel qui sa sans se sea sedan seg sein seine sem ser ses seu si sia sig sin sina sine " +
	"ska so sobre soll som son sono sont sous sta su sul sulla sur sus são ta te tem ten tes ti til till " +
	"todo todos toi ton tot tous tout tra tu tus tutti ud uit um uma un una und under une uno uns upp ut " +
	"van var vara vart ved vem vers vi vid vil ville volt vom von vor vos votre war was wat we wir wo y " +
	"ya yo ze zo zu"
