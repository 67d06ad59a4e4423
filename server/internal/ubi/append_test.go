package ubi

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

// fill every field, so that one that an encoder does not know is missed.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.String:
		v.SetString("text of " + v.Type().Name())
	case reflect.Int:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(0.25)
	case reflect.Bool:
		v.SetBool(true)
	default:
		panic("a field of kind " + v.Kind().String())
	}
}

func filled[T any]() *T {
	record := new(T)
	fill(reflect.ValueOf(record).Elem())
	return record
}

// sameAsJSON holds what is appended to encoding/json.
func sameAsJSON(t *testing.T, record any, appendTo func([]byte) ([]byte, error)) {
	t.Helper()
	before := []byte("{\"a\":1}\n")
	got, err := appendTo(bytes.Clone(before))
	var want bytes.Buffer
	want.Write(before)
	wrong := json.NewEncoder(&want).Encode(record)
	if (err == nil) != (wrong == nil) || !bytes.Equal(got, want.Bytes()) {
		t.Errorf("appended\n%s, error %v\nencoding/json has\n%s, error %v", got, err, want.Bytes(), wrong)
	}
}

func TestAppend(t *testing.T) {
	for _, q := range []*Query{{}, {HitIDs: []string{}}, {Attributes: Attributes{Experiment: &Exposure{}}}, filled[Query]()} {
		sameAsJSON(t, q, q.Append)
	}
	for _, e := range []*Event{{}, {Attributes: &EventAttributes{}}, filled[Event]()} {
		sameAsJSON(t, e, e.Append)
	}
}

// FuzzAppend: whatever is in a record, it is appended as encoding/json writes it, or
// refused as that refuses it.
func FuzzAppend(f *testing.F) {
	query, _ := json.Marshal(filled[Query]())
	event, _ := json.Marshal(filled[Event]())
	for i, text := range []string{"plain", "לחם", "\u2028", "<a href=\"b\">&'</a>", "\x00\b\f\n\r\t\x1f\x7f", "\xff\xc3", "\\", "\U0001f35e"} {
		number := []float64{0, math.Copysign(0, -1), 1e-6, 9.99e-7, 1e20, 1e21, math.NaN(), math.Inf(-1)}[i]
		f.Add(query, text, math.Float64bits(number))
		f.Add(event, text, math.Float64bits(number))
	}
	f.Fuzz(func(t *testing.T, record []byte, text string, number uint64) {
		var q Query
		var e Event
		if json.Unmarshal(record, &q) == nil {
			q.UserQuery, q.HitIDs, q.Attributes.LatencyMS = text, append(q.HitIDs, text), math.Float64frombits(number)
			sameAsJSON(t, &q, q.Append)
		}
		if json.Unmarshal(record, &e) == nil {
			e.Message = text
			sameAsJSON(t, &e, e.Append)
		}
	})
}
