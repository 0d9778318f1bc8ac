package grid

import "testing"

func TestParse(t *testing.T) {
	if got := Parse("#.\n..#\n").String(); got != "#..\n..#\n" {
		t.Errorf("\n%s", got)
	}
}

func TestBlinker(t *testing.T) {
	g := Parse(". ###").Next()
	if got := g.String(); got != ".#.\n.#.\n" {
		t.Errorf("\n%s", got)
	}
}

func TestGlider(t *testing.T) {
	g := Parse(".#... ..#.. ###.. ..... .....")
	if got := g.After(4).String(); got != ".....\n..#..\n...#.\n.###.\n.....\n" {
		t.Errorf("\n%s", got)
	}
}

func TestEachCellIsItsOwn(t *testing.T) {
	rules := Parse("## ##").Rules()
	for at := len(rules) - 1; at >= 0; at-- {
		if !rules[at]() {
			t.Errorf("cell %d dies", at)
		}
	}
}
