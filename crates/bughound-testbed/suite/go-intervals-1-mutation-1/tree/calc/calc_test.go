package calc

import (
	"errors"
	"testing"
)

func TestEval(t *testing.T) {
	vars := map[string]int{"x": 7, "wide_name2": 3}
	cases := map[string]int{
		"1":               1,
		"  12 + 30 ":      42,
		"2+3*4":           14,
		"(2+3)*4":         20,
		"10-4-3":          3,
		"100/7/2":         7,
		"17 % 5 * 2":      4,
		"2^3^2":           512,
		"-2^2":            -4,
		"2*-3":            -6,
		"--5":             5,
		"+5 - +3":         2,
		"x*wide_name2":    21,
		"((x))":           7,
		"9^0":             1,
		"-x % 4":          -3,
		"1+2 * (3-4) / 5": 1,
	}
	for text, want := range cases {
		if got, err := Eval(text, vars); err != nil || got != want {
			t.Errorf("%q = %d, %v; want %d", text, got, err, want)
		}
	}
}

func TestErrors(t *testing.T) {
	cases := map[string]string{
		"":                     "column 1: the text ends too early",
		"1 +":                  "column 4: the text ends too early",
		"1 2":                  "column 3: unexpected \"2\"",
		"(1":                   "column 3: the text ends too early",
		"1)":                   "column 2: unexpected \")\"",
		"y":                    "column 1: unknown name \"y\"",
		"2 * $":                "column 5: unexpected \"$\"",
		"2^-1":                 "negative exponent -1",
		"99999999999999999999": "column 1: 99999999999999999999 is too large",
	}
	for text, want := range cases {
		if _, err := Eval(text, nil); err == nil || err.Error() != want {
			t.Errorf("%q: %v; want %s", text, err, want)
		}
	}
}

func TestDivision(t *testing.T) {
	for _, text := range []string{"1/0", "1 % (2-2)"} {
		if _, err := Eval(text, nil); !errors.Is(err, ErrDivision) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
