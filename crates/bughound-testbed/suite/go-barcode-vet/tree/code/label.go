package code

import "fmt"

// Place is where a label goes on a sheet, counted from nought.
type Place struct {
	Row, Column int
}

// Name is what the place is called on the sheet: A1, B1, ..., Z1, AA1.
func (p Place) Name() string {
	name := ""
	for column := p.Column + 1; column > 0; column = (column - 1) / 26 {
		column := 'A' + (column-1)%26
		name = string(column) + name
	}
	return fmt.Sprintf("%s%d", name, p.Row+1)
}

// Sheet names the places of n labels, with so many in a row.
func Sheet(n, columns int) []string {
	names := make([]string, 0, n)
	for at := 0; at < n; at++ {
		names = append(names, Place{at / columns, at % columns}.Name())
	}
	return names
}
