// Package schedule finds times for meetings. Times are minutes.
package schedule

import (
	"fmt"
	"sort"

	"example.test/planner/calc"
	"example.test/planner/set"
)

// Person is somebody whose time is planned.
type Person struct {
	Name string
	Busy set.Set
}

// Request asks for a meeting.
type Request struct {
	Title string
	// Length is an expression of minutes, such as "2*hour + 15".
	Length string
	Who    []string
	// Urgent meetings are placed first.
	Urgent bool
}

// Meeting is a request that got a time.
type Meeting struct {
	Title string
	At    set.Interval
}

// Plan is what became of requests.
type Plan struct {
	Meetings []Meeting
	// Refused holds titles with the reasons.
	Refused map[string]string
}

var units = map[string]int{"hour": 60, "day": 24 * 60}

// Make places requests in window, each as early as everybody it names can come: urgent ones first, then long ones.
func Make(people []Person, requests []Request, window set.Interval) Plan {
	busy := map[string]set.Set{}
	for _, p := range people {
		busy[p.Name] = p.Busy
	}
	plan := Plan{Refused: map[string]string{}}
	type sized struct {
		Request
		minutes int
	}
	var open []sized
	for _, r := range requests {
		minutes, err := calc.Eval(r.Length, units)
		switch {
		case err != nil:
			plan.Refused[r.Title] = err.Error()
		case minutes <= 0:
			plan.Refused[r.Title] = fmt.Sprintf("%d minutes are no meeting", minutes)
		default:
			open = append(open, sized{r, minutes})
		}
	}
	sort.SliceStable(open, func(a, b int) bool {
		if open[a].Urgent != open[b].Urgent {
			return open[a].Urgent
		}
		return open[a].minutes > open[b].minutes
	})
	for _, r := range open {
		free := set.Of(window)
		unknown := ""
		for _, name := range r.Who {
			taken, known := busy[name]
			if !known {
				unknown = name
				break
			}
			free = free.Subtract(taken)
		}
		if unknown != "" {
			plan.Refused[r.Title] = "nobody knows " + unknown
			continue
		}
		at, found := first(free, r.minutes)
		if !found {
			plan.Refused[r.Title] = "no time for all"
			continue
		}
		for _, name := range r.Who {
			busy[name] = busy[name].Union(set.Of(at))
		}
		plan.Meetings = append(plan.Meetings, Meeting{r.Title, at})
	}
	sort.SliceStable(plan.Meetings, func(a, b int) bool { return plan.Meetings[a].At.Low < plan.Meetings[b].At.Low })
	return plan
}

func first(free set.Set, minutes int) (set.Interval, bool) {
	for _, i := range free.Parts() {
		if i.Len() >= minutes {
			return set.Interval{Low: i.Low, High: i.Low + minutes}, true
		}
	}
	return set.Interval{}, false
}
