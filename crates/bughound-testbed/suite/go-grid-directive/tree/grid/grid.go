// Package grid plays the game of life on a board that ends at its edges.
package grid

import "strings"

// Grid is a board.
type Grid struct {
	width, height int
	alive         []bool
}

// Parse reads lines of '#' and '.'; short lines are filled up.
func Parse(text string) Grid {
	lines := strings.Fields(text)
	g := Grid{height: len(lines)}
	for _, line := range lines {
		g.width = max(g.width, len(line))
	}
	g.alive = make([]bool, g.width*g.height)
	for y, line := range lines {
		for x := range len(line) {
			g.alive[y*g.width+x] = line[x] == '#'
		}
	}
	return g
}

func (g Grid) String() string {
	var out strings.Builder
	for y := range g.height {
		for x := range g.width {
			if g.alive[y*g.width+x] {
				out.WriteByte('#')
			} else {
				out.WriteByte('.')
			}
		}
		out.WriteByte('\n')
	}
	return out.String()
}

func (g Grid) neighbours(x, y int) int {
	n := 0
	for v := max(y-1, 0); v <= min(y+1, g.height-1); v++ {
		for u := max(x-1, 0); u <= min(x+1, g.width-1); u++ {
			if (u != x || v != y) && g.alive[v*g.width+u] {
				n++
			}
		}
	}
	return n
}

// Rules are one for each cell: whether it lives in the next generation. They are made first and asked in any order.
func (g Grid) Rules() []func() bool {
	var rules []func() bool
	for y := 0; y < g.height; y++ {
		for x := 0; x < g.width; x++ {
			rules = append(rules, func() bool {
				n := g.neighbours(x, y)
				return n == 3 || n == 2 && g.alive[y*g.width+x]
			})
		}
	}
	return rules
}

// Next is the generation after this one.
func (g Grid) Next() Grid {
	next := Grid{g.width, g.height, make([]bool, len(g.alive))}
	for at, rule := range g.Rules() {
		next.alive[at] = rule()
	}
	return next
}

// After is the generation so many steps later.
func (g Grid) After(steps int) Grid {
	for range steps {
		g = g.Next()
	}
	return g
}
