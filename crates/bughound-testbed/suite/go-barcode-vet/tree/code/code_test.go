package code

import (
	"strings"
	"testing"
)

func TestEAN(t *testing.T) {
	for digits, want := range map[string]string{"400638133393": "4006381333931", "123456789012": "1234567890128", "000000000000": "0000000000000"} {
		if got, err := EAN(digits); err != nil || got != want {
			t.Errorf("%s: %q, %v", digits, got, err)
		}
	}
	for _, digits := range []string{"", "12345678901", "12345678901x"} {
		if _, err := EAN(digits); err == nil {
			t.Errorf("%q was taken", digits)
		}
	}
}

func TestISBN(t *testing.T) {
	if got, err := ISBN("030640615"); err != nil || got != "0306406152" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestValid(t *testing.T) {
	for number, want := range map[string]bool{"978-0-306-40615-7": true, "978-0-306-40615-8": false, "0-306-40615-2": true, "": false, "12": false} {
		if Valid(number) != want {
			t.Errorf("Valid(%q) = %v", number, !want)
		}
	}
}

func TestLabels(t *testing.T) {
	if got := strings.Join(Sheet(5, 2), " "); got != "A1 B1 A2 B2 A3" {
		t.Error(got)
	}
	if got := (Place{0, 26}).Name() + " " + (Place{9, 701}).Name() + " " + (Place{0, 702}).Name(); got != "AA1 ZZ10 AAA1" {
		t.Error(got)
	}
}
