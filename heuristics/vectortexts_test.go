package heuristics_test

// languageText is a paragraph from which golden vectors are mixed, and
// questions about it.
type languageText struct {
	code, text string
	queries    []string
}

// languageTexts say much the same in every language: a baker, a river, a
// library, a train.
var languageTexts = []languageText{
	{"en", "The old baker kneads the dough before sunrise and lets it rest near the oven. Travellers smell the fresh bread from the railway station across the river. In winter the library stays open until nine, and students borrow maps, dictionaries and novels. The last train leaves at 23:40; nobody's luggage was ever lost. A ferry crossed the river twice daily, carrying bicycles, letters and milk. Don't forget that the museum's garden closes on Mondays.", []string{"When does the last train leave?", "baking bread before sunrise", "which books can students borrow from the library", "to be or not to be", "ferry crossing bicycles", "museums closed Monday"}},
	{"es", "El viejo panadero amasa la masa antes del amanecer y la deja reposar cerca del horno. Los viajeros huelen el pan fresco desde la estación al otro lado del río. En invierno la biblioteca permanece abierta hasta las nueve y los estudiantes piden prestados mapas, diccionarios y novelas. El último tren sale a las 23:40.", []string{"¿Cuándo sale el último tren?", "panaderos que amasan pan", "qué libros prestan las bibliotecas"}},
	{"fr", "Le vieux boulanger pétrit la pâte avant l'aube et la laisse reposer près du four. Les voyageurs sentent le pain frais depuis la gare de l'autre côté de la rivière. En hiver la bibliothèque reste ouverte jusqu'à neuf heures, et les étudiants empruntent des cartes, des dictionnaires et des romans. L'été, le dernier train part à 23h40.", []string{"À quelle heure part le dernier train ?", "les boulangers pétrissaient du pain", "bibliothèques ouvertes en e\u0301te\u0301"}},
	{"sv", "Den gamle bagaren knådar degen före soluppgången och låter den vila nära ugnen. Resenärerna känner doften av färskt bröd från stationen på andra sidan floden. På vintern är biblioteket öppet till nio, och studenterna lånar kartor, ordböcker och romaner. Det sista tåget går klockan 23.40.", []string{"När går det sista tåget?", "bagare som knådar deg", "låna kartor på biblioteken"}},
	{"no", "Den gamle bakeren elter deigen før soloppgang og lar den hvile nær ovnen. De reisende kjenner lukten av ferskt brød fra stasjonen på den andre siden av elven. Om vinteren er biblioteket åpent til ni, og studentene låner kart, ordbøker og romaner. Det siste toget går klokken 23.40.", []string{"Når går det siste toget fra stasjonen?", "bakere elter brød", "hva kan studenter låne på biblioteket"}},
	{"hu", "Az öreg pék napkelte előtt dagasztja a tésztát, és a kemence mellett pihenteti. Az utazók a folyó túlpartján álló állomásról is érzik a friss kenyér illatát. Télen a könyvtár kilencig van nyitva, a diákok térképeket, szótárakat és regényeket kölcsönöznek. Az utolsó vonat 23:40-kor indul.", []string{"Mikor indul az utolsó vonat?", "a pékek dagasztják a kenyeret", "könyvtárak térképei és regényei"}},
	{"ru", "Старый пекарь месит тесто до рассвета и оставляет его отдыхать у печи. Путешественники чувствуют запах свежего хлеба со станции на другом берегу реки. Зимой библиотека открыта до девяти, и студенты берут карты, словари и романы. Последний поезд уходит в 23:40. Всё ещё идёт снег.", []string{"Когда уходит последний поезд?", "пекари месили тесто", "какие книги берут студенты в библиотеке"}},
	{"he", "האופה הזקן לש את הבצק לפני הזריחה ומניח לו לנוח ליד התנור. הנוסעים מריחים את הלחם הטרי מתחנת הרכבת שמעבר לנהר. בחורף הספרייה פתוחה עד תשע, והסטודנטים שואלים מפות, מילונים ורומנים. הרכבת האחרונה יוצאת ב־23:40. חיילי צה״ל וה־FBI לא ביקרו בבית־הספר. שָׁלוֹם לכולם, אמר ג'ורג'.", []string{"מתי יוצאת הרכבת האחרונה?", "אופים שלשים בצק", "אילו ספרים אפשר לשאול בספרייה", "צה\"ל ובית ספר", "מה עשה ה-FBI ברכבות"}},
	{"ar", "يعجن الخباز العجوز العجين قبل شروق الشمس ويتركه يرتاح قرب الفرن. يشم المسافرون رائحة الخبز الطازج من محطة القطار عبر النهر. في الشتاء تبقى المكتبة مفتوحة حتى التاسعة ويستعير الطلاب الخرائط والقواميس والروايات. يغادر القطار الأخير في الساعة ٢٣:٤٠. ذهبت المُدَرِّسَة إلى المدرسة.", []string{"متى يغادر القطار الأخير؟", "خباز يعجن الخبز", "ماذا يستعير الطلاب من المكتبة"}},
	{"el", "Ο γέρος φούρναρης ζυμώνει το ζυμάρι πριν από την ανατολή και το αφήνει να ξεκουραστεί δίπλα στον φούρνο. Οι ταξιδιώτες μυρίζουν το φρέσκο ψωμί από τον σταθμό στην άλλη όχθη του ποταμού. Το τελευταίο τρένο φεύγει στις 23:40.", []string{"πότε φεύγει το τελευταίο τρένο", "φρέσκο ψωμί από τον φούρνο"}},
	{"zh", "老面包师在日出之前揉面，让面团在烤炉旁休息。旅客在河对岸的火车站就能闻到新鲜面包的香味。冬天图书馆开到九点，学生们借地图、词典和小说。末班火车二十三点四十分开出。", []string{"末班火车几点开", "图书馆借小说", "面包"}},
	{"ja", "年老いたパン屋は日の出前に生地をこね、窯のそばで休ませる。旅人は川の向こうの駅から焼きたてのパンの香りをかぐ。冬の図書館は九時まで開いていて、学生は地図や辞書や小説を借りる。最終列車は23時40分に出る。", []string{"最終列車は何時に出ますか", "焼きたてのパン", "図書館の辞書"}},
	{"ko", "늙은 제빵사는 해가 뜨기 전에 반죽을 치대고 오븐 옆에서 쉬게 한다. 여행자들은 강 건너 기차역에서 갓 구운 빵 냄새를 맡는다. 겨울에는 도서관이 아홉 시까지 열려 있고 학생들은 지도와 사전과 소설을 빌린다. 막차는 23시 40분에 떠난다.", []string{"막차는 언제 떠나나요", "도서관에서 소설 빌리기", "갓 구운 빵"}},
	{"th", "คนทำขนมปังเก่านวดแป้งก่อนพระอาทิตย์ขึ้นและพักแป้งไว้ใกล้เตาอบ นักเดินทางได้กลิ่นขนมปังสดจากสถานีรถไฟอีกฝั่งแม่น้ำ ในฤดูหนาวห้องสมุดเปิดถึงสามทุ่ม นักศึกษายืมแผนที่ พจนานุกรม และนวนิยาย รถไฟเที่ยวสุดท้ายออกเวลา 23:40", []string{"รถไฟเที่ยวสุดท้ายออกเมื่อไร", "ห้องสมุดให้ยืมนวนิยาย"}},
	{"hi", "बूढ़ा बेकर सूर्योदय से पहले आटा गूँधता है और उसे भट्ठी के पास रख देता है। यात्री नदी के पार रेलवे स्टेशन से ताज़ी रोटी की महक लेते हैं। सर्दियों में पुस्तकालय नौ बजे तक खुला रहता है। आख़िरी रेलगाड़ी 23:40 पर छूटती है।", []string{"आख़िरी रेलगाड़ी कब छूटती है", "ताज़ी रोटी की महक"}},
	{"ka", "მოხუცი მცხობელი მზის ამოსვლამდე ზელს ცომს და ღუმელთან ასვენებს. მგზავრები მდინარის გაღმა მდებარე სადგურიდან გრძნობენ ახალი პურის სუნს. ბოლო მატარებელი 23:40 საათზე გადის.", []string{"როდის გადის ბოლო მატარებელი", "ახალი პური"}},
}

// uglyTexts are what arrives in practice all the same.
var uglyTexts = map[string]string{
	"empty":            "",
	"one letter":       "a",
	"spaces":           " \t\r\n ",
	"invalid UTF-8":    "bread \xff\xfe river \xc3( train \xed\xa0\x80 end\xe2\x82",
	"zero width":       "br\u200bead ri\u200cver tr\u200dain \ufeffoven",
	"direction marks":  "\u200fרכבת\u200e \u202btrain\u202c \u2067לחם\u2069",
	"emoji":            "🍞🚂👩\u200d🍳 bread 🇮🇱 train ☕️",
	"NUL":              "bread\x00river\x00\x00train",
	"combining":        "b\u0301\u0302\u0303read r\u0338iver",
	"only punctuation": "?!… — « » “”",
	"numbers":          "3,559 1e10 23:40 0x1F ٢٣ １２",
	"apostrophes":      "baker's bakers' 'tis o'clock l'aube rock'n'roll ''",
	"very long word":   longWord,
	"versions":         "Go 1.22.3 at 10:30 and 9/11, 192.168.0.1, 1,000 or 1.000 or 1 000 metres, 2.5 mm, ½ inch",
	"other versions":   "Go 22.1.3 at 30:10 and 11/9, 1.0.168.192, 1000 metres or 1_000_000, 2,5 mm, 1/2 inch",
	"joined":           "email wifi login RTX4090 utf8 sha256 10km nodejs PhD OReilly healthcare US getUserName HTTPServer userID",
	"parted":           "e-mail Wi-Fi log-in RTX 4090 UTF-8 SHA-256 10 km Node.js Ph.D. O'Reilly health care U.S. get user name, infor-\nmation",
	"symbols":          "C++20 and C# or C, A* search, O- and O− and AB+, .NET at -5 degrees, x == y => z ?? @Override #topic",
	"capitals":         "who is at WHO: the IT department IF it is in the US",
	"letters":          "ﬁnancial eﬃciency, Straße cœur Þór, Việt Vie\u0323\u0302t, m² CO₂ µm, Acme™ 20㎡ ①, ﾃﾞｰﾀ ガス, ﻛﺘﺎﺏ, й и\u0306, 간 \u1100\u1161\u11ab",
	"abbreviations":    "רו״ח עו\"ד צה''ל ת״א בת״א רוח עוד צהל תא ה\"הארץ\" דו״חות",
	"Hebrew prefixes":  "שב-2024 ל-iPhone ב2019 וב־Excel המכונית מכונית צ'אט בוט צ׳אטבוט",
	"mixed scripts":    "bread לחם хлеб パン 面包 빵 خبز ψωμί ขนมปัง",
}

// longWord is one word of several thousand letters.
var longWord = func() string {
	b := make([]byte, 4096)
	for i := range b {
		b[i] = 'a' + byte(i*7%26)
	}
	return string(b)
}()
