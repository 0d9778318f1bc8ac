package notices

import (
	"strings"
	"testing"
)

func TestWrite(t *testing.T) {
	due := map[string]any{"Due": "1 May", "Titles": []string{"Emma", "Ulysses"}}
	cases := []struct {
		reader Reader
		notice string
		facts  map[string]any
		want   string
	}{
		{Reader{"Ada", "en"}, "due", due, "Dear Ada,\n\nyour books are due on 1 May:\n- Emma\n- Ulysses\n"},
		{Reader{"Bo", "de"}, "due", due, "Dear Bo,\n\nyour books are due on 1 May:\n- Emma\n- Ulysses\n"},
		{Reader{"Bo", "de"}, "fee", map[string]any{"Cents": 1205}, "Guten Tag Bo,\n\nSie schulden uns 12,05.\n"},
		{Reader{"Cy", "fr"}, "fee", map[string]any{"Cents": 7}, "Dear Cy,\n\nyou owe 0.07.\n"},
	}
	for _, c := range cases {
		if got, err := Write(c.reader, c.notice, c.facts); err != nil || got != c.want {
			t.Errorf("%s %s: %q, %v", c.reader.Language, c.notice, got, err)
		}
	}
}

func TestRefusals(t *testing.T) {
	if _, err := Write(Reader{"Ada", "en"}, "fine", nil); err == nil || err.Error() != `there is no notice "fine"` {
		t.Errorf("%v", err)
	}
	if _, err := Write(Reader{"Ada", "en"}, "due", map[string]any{"Due": "now"}); err == nil || !strings.Contains(err.Error(), "Titles") {
		t.Errorf("%v", err)
	}
}

func TestLanguages(t *testing.T) {
	for notice, want := range map[string]string{"fee": "de en", "due": "en", "fine": ""} {
		if got, err := Languages(notice); err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v", notice, got, err)
		}
	}
}
