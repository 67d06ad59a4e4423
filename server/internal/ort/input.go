package ort

// input is a padded batch, row after row.
type input struct {
	rows, width      int
	ids, mask, types []int64
}

// shape gives the slices room for rows × width, reusing what is there.
func (in *input) shape(rows, width int) {
	in.rows, in.width = rows, width
	for _, s := range []*[]int64{&in.ids, &in.mask, &in.types} {
		if cap(*s) < rows*width {
			*s = make([]int64, rows*width)
		}
		*s = (*s)[:rows*width]
	}
}

// row i of the three.
func (in *input) row(i int) (ids, types, mask []int64) {
	from, to := i*in.width, (i+1)*in.width
	return in.ids[from:to], in.types[from:to], in.mask[from:to]
}

// named returns the values of one of the graph's inputs.
func (in *input) named(name string) []int64 {
	switch name {
	case inputIDs:
		return in.ids
	case inputMask:
		return in.mask
	}
	return in.types
}
