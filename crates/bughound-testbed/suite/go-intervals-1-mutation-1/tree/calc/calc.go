// Package calc evaluates expressions of integers: + - * / % and ^ (right to left), signs, parentheses, names.
package calc

import (
	"errors"
	"fmt"
	"strconv"
)

// ErrDivision says that something was divided by zero.
var ErrDivision = errors.New("division by zero")

// Eval computes text; names are looked up in vars.
func Eval(text string, vars map[string]int) (int, error) {
	p := &parser{text: text, vars: vars}
	p.next()
	value, err := p.sum()
	if err != nil {
		return 0, err
	}
	if p.token != "" {
		return 0, p.unexpected()
	}
	return value, nil
}

type parser struct {
	text  string
	at    int
	start int
	token string
	vars  map[string]int
}

func (p *parser) unexpected() error {
	if p.token == "" {
		return fmt.Errorf("column %d: the text ends too early", p.start+1)
	}
	return fmt.Errorf("column %d: unexpected %q", p.start+1, p.token)
}

func (p *parser) next() {
	for p.at < len(p.text) && p.text[p.at] == ' ' {
		p.at++
	}
	p.start = p.at
	if p.at == len(p.text) {
		p.token = ""
		return
	}
	kind := class(p.text[p.at])
	p.at++
	if kind != other {
		for p.at < len(p.text) && (class(p.text[p.at]) == kind || kind == letter && class(p.text[p.at]) == digit) {
			p.at++
		}
	}
	p.token = p.text[p.start:p.at]
}

type kind int

const (
	other kind = iota
	digit
	letter
)

func class(c byte) kind {
	switch {
	case c >= '0' && c <= '9':
		return digit
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_':
		return letter
	}
	return other
}

func (p *parser) sum() (int, error) {
	left, err := p.product()
	for err == nil && (p.token == "+" || p.token == "-") {
		sign := p.token
		p.next()
		var right int
		right, err = p.product()
		if sign == "+" {
			left += right
		} else {
			left -= right
		}
	}
	return left, err
}

func (p *parser) product() (int, error) {
	left, err := p.signed()
	for err == nil && (p.token == "*" || p.token == "/" || p.token == "%") {
		sign := p.token
		p.next()
		var right int
		right, err = p.signed()
		if err != nil {
			break
		}
		if sign == "*" {
			left *= right
			continue
		}
		if right == 0 {
			return 0, ErrDivision
		}
		if sign == "/" {
			left /= right
		} else {
			left %= right
		}
	}
	return left, err
}

func (p *parser) signed() (int, error) {
	switch p.token {
	case "-":
		p.next()
		value, err := p.signed()
		return -value, err
	case "+":
		p.next()
		return p.signed()
	}
	return p.power()
}

func (p *parser) power() (int, error) {
	base, err := p.atom()
	if err != nil || p.token != "^" {
		return base, err
	}
	p.next()
	exponent, err := p.signed()
	if err != nil {
		return 0, err
	}
	if exponent < 0 {
		return 0, fmt.Errorf("negative exponent %d", exponent)
	}
	result := 1
	for ; exponent > 0; exponent-- {
		result *= base
	}
	return result, nil
}

func (p *parser) atom() (int, error) {
	if p.token == "" {
		return 0, p.unexpected()
	}
	switch class(p.token[0]) {
	case digit:
		value, err := strconv.Atoi(p.token)
		if err != nil {
			return 0, fmt.Errorf("column %d: %s is too large", p.start+1, p.token)
		}
		p.next()
		return value, nil
	case letter:
		value, known := p.vars[p.token]
		if !known {
			return 0, fmt.Errorf("column %d: unknown name %q", p.start+1, p.token)
		}
		p.next()
		return value, nil
	}
	if p.token != "(" {
		return 0, p.unexpected()
	}
	p.next()
	value, err := p.sum()
	if err != nil {
		return 0, err
	}
	if p.token != ")" {
		return 0, p.unexpected()
	}
	p.next()
	return value, nil
}
