// Package units knows measures and how they compare.
package units

import (
	"fmt"
	"sort"
)

// Unit is a measure: its name, what it measures, and how many base units it is.
type Unit struct {
	Name string
	Of   string
	Base float64
}

var units = map[string]Unit{
	"g":   {"g", "mass", 1},
	"kg":  {"kg", "mass", 1000},
	"oz":  {"oz", "mass", 28.349523125},
	"lb":  {"lb", "mass", 453.59237},
	"ml":  {"ml", "volume", 1},
	"l":   {"l", "volume", 1000},
	"tsp": {"tsp", "volume", 5},
	"cup": {"cup", "volume", 240},
}

// Find looks a unit up.
func Find(name string) (Unit, error) {
	unit, known := units[name]
	if !known {
		return Unit{}, fmt.Errorf("unknown unit %q", name)
	}
	return unit, nil
}

// Similar lists the units that measure the same, smallest first.
func Similar(unit Unit) []Unit {
	var found []Unit
	for _, other := range units {
		if other.Of == unit.Of {
			found = append(found, other)
		}
	}
	sort.Slice(found, func(a, b int) bool { return found[a].Base < found[b].Base })
	return found
}
