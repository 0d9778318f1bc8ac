package schedule

import (
	"fmt"
	"testing"

	"example.test/planner/set"
)

var day = set.Interval{Low: 9 * 60, High: 17 * 60}

func people() []Person {
	return []Person{
		{"ada", set.Of(set.Interval{Low: 540, High: 600}, set.Interval{Low: 720, High: 780})},
		{"bob", set.Of(set.Interval{Low: 600, High: 690})},
		{"eve", set.Of(set.Interval{Low: 540, High: 1020})},
	}
}

func TestMake(t *testing.T) {
	cases := []struct {
		name     string
		requests []Request
		meetings string
		refused  string
	}{
		{"one", []Request{{"a", "30", []string{"ada"}, false}}, "[{a [600,630)}]", "map[]"},
		{"two people", []Request{{"a", "30", []string{"ada", "bob"}, false}}, "[{a [690,720)}]", "map[]"},
		{"too long for the gap", []Request{{"a", "45", []string{"ada", "bob"}, false}}, "[{a [780,825)}]", "map[]"},
		{"nobody", []Request{{"a", "8*hour", nil, false}}, "[{a [540,1020)}]", "map[]"},
		{"longer than the day", []Request{{"a", "day", nil, false}}, "[]", "map[a:no time for all]"},
		{"never free", []Request{{"a", "1", []string{"eve"}, false}}, "[]", "map[a:no time for all]"},
		{"unknown", []Request{{"a", "1", []string{"ada", "zoe"}, false}}, "[]", "map[a:nobody knows zoe]"},
		{"nonsense", []Request{{"a", "1+", nil, false}, {"b", "2-2", nil, false}}, "[]",
			"map[a:column 3: the text ends too early b:0 minutes are no meeting]"},
		{"long ones first", []Request{{"a", "30", []string{"bob"}, false}, {"b", "hour", []string{"bob"}, false}},
			"[{b [540,600)} {a [690,720)}]", "map[]"},
		{"urgent ones first", []Request{{"a", "hour", []string{"bob"}, false}, {"b", "30", []string{"bob"}, true}},
			"[{b [540,570)} {a [690,750)}]", "map[]"},
		{"same length in their order", []Request{{"a", "hour", []string{"bob"}, false}, {"b", "hour", []string{"bob"}, false}},
			"[{a [540,600)} {b [690,750)}]", "map[]"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			plan := Make(people(), c.requests, day)
			if got := fmt.Sprint(plan.Meetings); got != c.meetings {
				t.Errorf("meetings %s, want %s", got, c.meetings)
			}
			if got := fmt.Sprint(plan.Refused); got != c.refused {
				t.Errorf("refused %s, want %s", got, c.refused)
			}
		})
	}
}
