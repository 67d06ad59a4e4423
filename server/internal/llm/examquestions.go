package llm

import "github.com/splitrank/splitrank/shared/api"

// examQuestion is a question with documents whose grades are beyond doubt.
type examQuestion struct {
	query     string
	documents []examDocument
}

type examDocument struct {
	grade float64
	text  string
}

func (q examQuestion) request() *api.Request {
	req := &api.Request{Query: q.query}
	for _, d := range q.documents {
		req.Documents = append(req.Documents, api.Document{Text: d.text})
	}
	return req
}

func (q examQuestion) shown() []shown {
	docs := make([]shown, len(q.documents))
	for i, d := range q.documents {
		docs[i] = shown{document: i, text: d.text}
	}
	return docs
}

// examQuestions are general knowledge, written for this purpose.
var examQuestions = []examQuestion{
	{"why does bread dough rise", []examDocument{
		{10, "Dough rises because yeast ferments sugars in the flour and gives off carbon dioxide. The gluten network traps the gas in bubbles, and the dough expands."},
		{9, "Yeast cells eat sugar and release carbon dioxide gas, which inflates the bread dough like thousands of small balloons."},
		{5, "Leave the dough in a warm place for an hour until it has risen to twice its size. It rises more slowly in a cold kitchen because yeast likes warmth."},
		{3, "Bread has been baked for more than ten thousand years. Flat breads came first; leavened loaves are known from ancient Egypt."},
		{2, "Knead the dough for ten minutes on a floured board, then shape it into a loaf."},
		{1, "Bread prices rose by four per cent in spring after a poor wheat harvest."},
		{0, "The library is open from nine to five on weekdays and closed on public holidays."},
		{0, "A bicycle chain should be cleaned and oiled every few hundred kilometres."},
		{0, "The river Danube flows through ten countries before it reaches the Black Sea."},
		{0, "To reset the router, hold the small button for fifteen seconds."},
	}},
	{"how do vaccines protect against disease", []examDocument{
		{10, "A vaccine shows the immune system a harmless piece or a weakened form of a germ. The body makes antibodies and memory cells, so that it recognises the real germ later and fights it off before it causes disease."},
		{9, "Vaccination trains immune memory: B and T cells that met the vaccine respond at once when the true pathogen enters the body."},
		{6, "When enough people in a community are vaccinated, a disease spreads poorly, which also protects those who cannot be vaccinated."},
		{3, "Edward Jenner tested a smallpox vaccine in 1796 with material from cowpox blisters."},
		{2, "Vaccines are kept between two and eight degrees; a fridge log is checked twice a day at the clinic."},
		{1, "The clinic is closed on Friday; appointments for vaccines move to Monday."},
		{0, "Oak wood is harder than pine and is often used for floors."},
		{0, "The train to the coast leaves from platform four at noon."},
		{0, "Mix two parts of sand with one part of cement and add water slowly."},
		{0, "In chess, a bishop moves along diagonals and stays on squares of one colour."},
	}},
	{"why does the sea have tides", []examDocument{
		{10, "Tides come from the gravity of the Moon and, less, of the Sun. It pulls the water on the near side of the Earth more strongly than the Earth itself, and the water on the far side less, so two bulges form, and each coast turns through both of them in about a day."},
		{9, "The pull of the Moon raises the ocean into two bulges. The turning Earth carries every shore through them, which is seen as high water and low water."},
		{6, "Spring tides come at new and full moon, when Sun and Moon pull along one line; at half moon the tides are weaker and are called neap tides."},
		{3, "In the Bay of Fundy the water rises by up to sixteen metres between low and high tide."},
		{2, "Before you walk across the mudflats, look up the time of low tide at the harbour office."},
		{1, "The sea was calm on Monday, and the ferry to the island left on time."},
		{0, "A violin has four strings, which are tuned in fifths."},
		{0, "The museum shows paintings of the seventeenth century on its second floor."},
		{0, "Fold the paper in half and press the crease with a ruler."},
		{0, "An invoice is paid within thirty days unless another term was agreed."},
	}},
	{"what makes the sky look blue", []examDocument{
		{10, "Molecules of air scatter short waves of sunlight far more than long ones, which is called Rayleigh scattering. So blue light reaches the eye from all over the sky, while red light passes nearly straight on."},
		{9, "Sunlight holds all colours. The gases of the atmosphere spread its blue part in every direction, and so a clear sky appears blue by day."},
		{5, "At sunset the light takes a longer way through the air and loses most of its blue there, so the sun itself looks red."},
		{3, "John Tyndall studied in the 1860s how small particles scatter light."},
		{2, "For the sky in a watercolour, wash the paper with thin cobalt blue from the top down and leave the clouds white."},
		{1, "Blue skies are expected over the coast until the weekend, with a light wind."},
		{0, "Goats have been kept for their milk for about ten thousand years."},
		{0, "Save the file before you close the program, or the last changes are lost."},
		{0, "The marathon starts at the town hall and ends in the stadium."},
		{0, "Copper conducts electricity better than iron and worse than silver."},
	}},
}

// ExamGrade is the known grade of a document of the examination, 0 for any other:
// for simulated judges.
func ExamGrade(query, text string) float64 {
	for _, q := range examQuestions {
		for _, d := range q.documents {
			if q.query == query && d.text == text {
				return d.grade
			}
		}
	}
	return 0
}
