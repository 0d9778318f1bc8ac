package code

import "testing"

func TestISBNWithX(t *testing.T) {
	if got, err := ISBN("080442957"); err != nil || got != "080442957X" {
		t.Errorf("%q, %v", got, err)
	}
	if got, err := ISBN("000000000"); err != nil || got != "0000000000" {
		t.Errorf("%q, %v", got, err)
	}
}
