package convert

import "testing"

func TestParse(t *testing.T) {
	for text, want := range map[string]string{"250 g": "250 g", "1 1/2 cup": "1.5 cup", "3/4 tsp": "0.75 tsp"} {
		if got, err := Parse(text); err != nil || got.String() != want {
			t.Errorf("%q: %s, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "g", "x g", "1/0 g", "1 stone"} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestConvert(t *testing.T) {
	cases := []struct{ from, to, want string }{
		{"1 lb", "g", "453.6 g"}, {"500 g", "kg", "0.5 kg"}, {"2 cup", "ml", "480 ml"}, {"1 kg", "oz", "35.27 oz"},
	}
	for _, c := range cases {
		amount, _ := Parse(c.from)
		if got, err := amount.To(c.to); err != nil || got.String() != c.want {
			t.Errorf("%s: %s, %v; want %s", c.from, got, err, c.want)
		}
	}
	amount, _ := Parse("1 cup")
	if _, err := amount.To("g"); err == nil || err.Error() != "cup is volume, g is mass" {
		t.Errorf("volume became mass: %v", err)
	}
}

func TestScale(t *testing.T) {
	cases := []struct {
		text string
		by   float64
		want string
	}{
		{"300 g", 4, "1.2 kg"}, {"1 tsp", 3, "3 tsp"}, {"500 ml", 2, "1 l"}, {"1 tsp", 0.1, "0.1 tsp"},
	}
	for _, c := range cases {
		amount, _ := Parse(c.text)
		if got := amount.Scale(c.by).String(); got != c.want {
			t.Errorf("%s by %g: %s, want %s", c.text, c.by, got, c.want)
		}
	}
}
