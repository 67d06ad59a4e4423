package api

// explanation is what a model and an llm say in one; nil = nothing.
func (d *decoder) explanation() *Explanation {
	if d.absent() {
		return nil
	}
	e := new(Explanation)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "blend":
			e.Blend = d.blend()
		case "llm":
			e.LLM = d.grade()
		default:
			d.skip()
		}
	}
	d.close()
	if e.Blend == nil && e.LLM == nil {
		return nil
	}
	return e
}

func (d *decoder) blend() *Blend {
	if d.absent() {
		return nil
	}
	b := new(Blend)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "terms":
			b.Terms = d.terms()
		case "sum":
			b.Sum, _ = d.number()
		default:
			d.skip()
		}
	}
	d.close()
	return b
}

func (d *decoder) terms() (list []Term) {
	d.open('[', "an array")
	for d.more() {
		list = append(list, d.term())
	}
	d.close()
	return list
}

func (d *decoder) term() (t Term) {
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "term":
			t.Name = d.optionalText()
		case "raw":
			t.Raw, _ = d.number()
		case "weight":
			t.Weight, _ = d.number()
		case "contribution":
			t.Contribution, _ = d.number()
		default:
			d.skip()
		}
	}
	d.close()
	return t
}

func (d *decoder) grade() *Grade {
	if d.absent() {
		return nil
	}
	g := new(Grade)
	d.open('{', "an object")
	for d.more() {
		switch name := d.name(); string(name) {
		case "grade":
			g.Grade, _ = d.number()
		case "why":
			g.Why = d.optionalText()
		default:
			d.skip()
		}
	}
	d.close()
	return g
}
