// Package set holds sets of integers as sorted, disjoint, half-open intervals.
package set

import (
	"fmt"
	"sort"
	"strings"
)

// Interval holds Low, Low+1, ..., High-1.
type Interval struct {
	Low, High int
}

// Empty says whether nothing is in it.
func (i Interval) Empty() bool { return i.Low >= i.High }

// Len is how many integers are in it.
func (i Interval) Len() int {
	if i.Empty() {
		return 0
	}
	return i.High - i.Low
}

func (i Interval) String() string { return fmt.Sprintf("[%d,%d)", i.Low, i.High) }

// Set is a set of integers. Its zero value is empty.
type Set struct {
	parts []Interval
}

// Of makes a set of intervals in any order, which may overlap.
func Of(intervals ...Interval) Set {
	parts := make([]Interval, 0, len(intervals))
	for _, i := range intervals {
		if !i.Empty() {
			parts = append(parts, i)
		}
	}
	sort.Slice(parts, func(a, b int) bool {
		if parts[a].Low != parts[b].Low {
			return parts[a].Low < parts[b].Low
		}
		return parts[a].High < parts[b].High
	})
	merged := parts[:0]
	for _, i := range parts {
		last := len(merged) - 1
		if last >= 0 && i.Low <= merged[last].High {
			if i.High > merged[last].High {
				merged[last].High = i.High
			}
			continue
		}
		merged = append(merged, i)
	}
	return Set{parts: merged}
}

// Parts are the intervals, in order.
func (s Set) Parts() []Interval { return append([]Interval(nil), s.parts...) }

// Len is how many integers are in it.
func (s Set) Len() int {
	n := 0
	for _, i := range s.parts {
		n += i.Len()
	}
	return n
}

// Has says whether n is in it.
func (s Set) Has(n int) bool {
	at := sort.Search(len(s.parts), func(i int) bool { return s.parts[i].High > n })
	return at < len(s.parts) && s.parts[at].Low <= n
}

// Union is what is in s, in other, or in both.
func (s Set) Union(other Set) Set {
	return Of(append(s.Parts(), other.parts...)...)
}

// Intersect is what is in both.
func (s Set) Intersect(other Set) Set {
	var both []Interval
	a, b := 0, 0
	for a < len(s.parts) && b < len(other.parts) {
		x, y := s.parts[a], other.parts[b]
		i := Interval{max(x.Low, y.Low), min(x.High, y.High)}
		if !i.Empty() {
			both = append(both, i)
		}
		if x.High < y.High {
			a++
		} else {
			b++
		}
	}
	return Set{parts: both}
}

// Subtract is what is in s and not in other.
func (s Set) Subtract(other Set) Set {
	var left []Interval
	b := 0
	for _, x := range s.parts {
		low := x.Low
		for b < len(other.parts) && other.parts[b].High <= low {
			b++
		}
		for at := b; at < len(other.parts) && other.parts[at].Low < x.High; at++ {
			y := other.parts[at]
			if y.Low > low {
				left = append(left, Interval{low, y.Low})
			}
			if y.High > low {
				low = y.High
			}
		}
		if low < x.High {
			left = append(left, Interval{low, x.High})
		}
	}
	return Set{parts: left}
}

// Gaps is what lies between the parts.
func (s Set) Gaps() Set {
	if len(s.parts) == 0 {
		return Set{}
	}
	hull := Interval{s.parts[0].Low, s.parts[len(s.parts)-1].High}
	return Of(hull).Subtract(s)
}

func (s Set) String() string {
	words := make([]string, len(s.parts))
	for at, i := range s.parts {
		words[at] = i.String()
	}
	return "{" + strings.Join(words, " ") + "}"
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func min(a, b int) int {
	if a < b {
		return a
	}
	return b
}
