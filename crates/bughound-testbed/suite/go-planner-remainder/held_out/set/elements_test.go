package set

import "testing"

// Every pair of small sets is compared with what its elements say.
func TestSubtractAgainstElements(t *testing.T) {
	var sets []Set
	for bits := 0; bits < 1<<8; bits += 5 {
		var intervals []Interval
		for n := 0; n < 8; n++ {
			if bits>>n&1 == 1 {
				intervals = append(intervals, Interval{n, n + 1})
			}
		}
		sets = append(sets, Of(intervals...))
	}
	for _, a := range sets {
		for _, b := range sets {
			left := a.Subtract(b)
			for n := -1; n < 9; n++ {
				if left.Has(n) != (a.Has(n) && !b.Has(n)) {
					t.Fatalf("%s - %s = %s", a, b, left)
				}
			}
		}
	}
}
