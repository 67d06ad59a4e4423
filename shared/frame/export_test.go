package frame

// What the tests break frames by.
const (
	Magic         = magic
	HeaderBytes   = headerBytes
	RequestFixed  = requestFixed
	DocumentBytes = documentBytes
	LengthAt      = lengthAt
	BudgetAt      = lengthAt + 8
	WeightsAt     = weightsAt
	ReservedAt    = reservedAt
	LanguageAt    = languageAt
	QueryAt       = queryAt
	CountAt       = countAt
	FlagHidden    = flagHidden
	ResponseFixed = responseFixed
	NameBytes     = nameBytes
	ItemBytes     = itemBytes
	PartBytes     = partBytes
	MaxInt        = maxInt
	MaxExact      = maxExact
)

// CamelCase is a name as JavaScript has it.
func CamelCase(name string) string { return camelCase(name) }
