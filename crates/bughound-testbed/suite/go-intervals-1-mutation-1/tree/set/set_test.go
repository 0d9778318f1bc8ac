package set

import "testing"

func of(numbers ...int) Set {
	var intervals []Interval
	for i := 0; i+1 < len(numbers); i += 2 {
		intervals = append(intervals, Interval{numbers[i], numbers[i+1]})
	}
	return Of(intervals...)
}

func TestOf(t *testing.T) {
	cases := []struct {
		name  string
		given []int
		want  string
	}{
		{"nothing", nil, "{}"},
		{"one", []int{1, 3}, "{[1,3)}"},
		{"empty ones are left out", []int{5, 5, 7, 2}, "{}"},
		{"sorted", []int{8, 9, 1, 2}, "{[1,2) [8,9)}"},
		{"overlap", []int{1, 5, 3, 8}, "{[1,8)}"},
		{"touch", []int{1, 3, 3, 5}, "{[1,5)}"},
		{"inside", []int{1, 9, 3, 4}, "{[1,9)}"},
		{"same start", []int{1, 9, 1, 2, 10, 11}, "{[1,9) [10,11)}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := of(c.given...).String(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestHas(t *testing.T) {
	s := of(1, 3, 6, 7)
	for n, want := range map[int]bool{0: false, 1: true, 2: true, 3: false, 5: false, 6: true, 7: false} {
		if s.Has(n) != want {
			t.Errorf("Has(%d) = %v", n, !want)
		}
	}
}

func TestAlgebra(t *testing.T) {
	cases := []struct {
		name                           string
		a, b                           Set
		union, intersection, remainder string
	}{
		{"apart", of(1, 2), of(5, 6), "{[1,2) [5,6)}", "{}", "{[1,2)}"},
		{"overlap", of(1, 5), of(3, 8), "{[1,8)}", "{[3,5)}", "{[1,3)}"},
		{"hole", of(1, 9), of(3, 5), "{[1,9)}", "{[3,5)}", "{[1,3) [5,9)}"},
		{"many", of(0, 10, 20, 30), of(5, 25), "{[0,30)}", "{[5,10) [20,25)}", "{[0,5) [25,30)}"},
		{"holes", of(0, 10), of(1, 2, 3, 4, 8, 12), "{[0,12)}", "{[1,2) [3,4) [8,10)}", "{[0,1) [2,3) [4,8)}"},
		{"one hole for two", of(0, 4, 6, 9), of(3, 7), "{[0,9)}", "{[3,4) [6,7)}", "{[0,3) [7,9)}"},
		{"with nothing", of(1, 2), Set{}, "{[1,2)}", "{}", "{[1,2)}"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := c.a.Union(c.b).String(); got != c.union {
				t.Errorf("union %s, want %s", got, c.union)
			}
			if got := c.a.Intersect(c.b).String(); got != c.intersection {
				t.Errorf("intersection %s, want %s", got, c.intersection)
			}
			if got := c.a.Subtract(c.b).String(); got != c.remainder {
				t.Errorf("remainder %s, want %s", got, c.remainder)
			}
		})
	}
}

func TestCounts(t *testing.T) {
	if n := of(1, 4, 10, 12).Len(); n != 5 {
		t.Errorf("Len = %d", n)
	}
	if gaps := of(1, 4, 10, 12, 15, 16).Gaps().String(); gaps != "{[4,10) [12,15)}" {
		t.Errorf("Gaps = %s", gaps)
	}
	if gaps := (Set{}).Gaps().String(); gaps != "{}" {
		t.Errorf("Gaps of nothing = %s", gaps)
	}
}

func TestPartsAreACopy(t *testing.T) {
	s := of(1, 4)
	s.Parts()[0].Low = 9
	if s.String() != "{[1,4)}" {
		t.Errorf("changed to %s", s)
	}
}
