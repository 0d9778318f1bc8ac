// Package convert turns amounts of recipes into other units and sizes.
package convert

import (
	"fmt"
	"strconv"
	"strings"

	"example.test/units"
)

// Amount is a number of a unit.
type Amount struct {
	Value float64
	Unit  units.Unit
}

// Parse reads "1 1/2 cup", "250 g".
func Parse(text string) (Amount, error) {
	words := strings.Fields(text)
	if len(words) < 2 {
		return Amount{}, fmt.Errorf("%q is no amount", text)
	}
	unit, err := units.Find(words[len(words)-1])
	if err != nil {
		return Amount{}, err
	}
	total := 0.0
	for _, word := range words[:len(words)-1] {
		value, err := number(word)
		if err != nil {
			return Amount{}, fmt.Errorf("%q is no amount", text)
		}
		total += value
	}
	return Amount{total, unit}, nil
}

func number(word string) (float64, error) {
	over, under, fraction := strings.Cut(word, "/")
	value, err := strconv.ParseFloat(over, 64)
	if err != nil || !fraction {
		return value, err
	}
	divisor, err := strconv.ParseFloat(under, 64)
	if err == nil && divisor == 0 {
		err = strconv.ErrRange
	}
	return value / divisor, err
}

// To gives the amount in another unit of the same kind.
func (a Amount) To(name string) (Amount, error) {
	unit, err := units.Find(name)
	if err != nil {
		return Amount{}, err
	}
	if unit.Of != a.Unit.Of {
		return Amount{}, fmt.Errorf("%s is %s, %s is %s", a.Unit.Name, a.Unit.Of, unit.Name, unit.Of)
	}
	return Amount{a.Value * a.Unit.Base / unit.Base, unit}, nil
}

// Scale multiplies the amount and picks the largest unit of which there is at least one.
func (a Amount) Scale(by float64) Amount {
	base := a.Value * by * a.Unit.Base
	best := a.Unit
	for _, unit := range units.Similar(a.Unit) {
		if base >= unit.Base {
			best = unit
		}
	}
	return Amount{base / best.Base, best}
}

func (a Amount) String() string {
	return strconv.FormatFloat(a.Value, 'g', 4, 64) + " " + a.Unit.Name
}
