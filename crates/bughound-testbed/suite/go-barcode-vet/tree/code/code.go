// Package code computes and checks the numbers below bars.
package code

import (
	"fmt"
	"strings"
)

// EAN completes twelve digits with their check digit.
func EAN(digits string) (string, error) {
	if err := digitsOnly(digits, 12); err != nil {
		return "", err
	}
	sum := 0
	for at, c := range digits {
		weight := 1
		if at%2 == 1 {
			weight = 3
		}
		sum += weight * int(c-'0')
	}
	check := (10 - sum%10) % 10
	return digits + string(check), nil
}

// ISBN completes nine digits with their check digit, which may be X.
func ISBN(digits string) (string, error) {
	if err := digitsOnly(digits, 9); err != nil {
		return "", err
	}
	sum := 0
	for at, c := range digits {
		sum += (10 - at) * int(c-'0')
	}
	check := (11 - sum%11) % 11
	if check == 10 {
		return digits + "X", nil
	}
	return digits + string('0'+check), nil
}

// Valid says whether a number of either kind ends with the right digit; spaces and dashes do not count.
func Valid(number string) bool {
	number = strings.NewReplacer("-", "", " ", "").Replace(number)
	complete := EAN
	if len(number) == 10 {
		complete = ISBN
	}
	if number == "" {
		return false
	}
	whole, err := complete(number[:len(number)-1])
	return err == nil && whole == number
}

func digitsOnly(text string, n int) error {
	if len(text) != n {
		return fmt.Errorf("%d digits are needed, %q has %d", n, text, len(text))
	}
	for _, c := range text {
		if c < '0' || c > '9' {
			return fmt.Errorf("%q has %q, which is no digit", text, c)
		}
	}
	return nil
}
