package store

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

var blobs = []Blob{{"a", []byte("hello")}, {"empty", nil}, {"long name", bytes.Repeat([]byte{0xff, 1, 2}, 70000)}}

func packed(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, blobs); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestChecksums(t *testing.T) {
	for text, want := range map[string]uint32{"": 0, "abcde": 0x05c301ef, "abcdefgh": 0x0df80324} {
		if got := fletcher([]byte(text)); got != want {
			t.Errorf("fletcher(%q) = %#08x, want %#08x", text, got, want)
		}
	}
	if whole, parts := rolling(5, []byte("abcdef")), rolling(rolling(5, []byte("ab")), []byte("cdef")); whole != parts {
		t.Errorf("%#x in parts is %#x", whole, parts)
	}
}

func TestFormat(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, []Blob{{"a", []byte("abcde")}}); err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(out.Bytes()); got != "5041434b310a01610000000505c301ef4339a88f616263646500" {
		t.Error(got)
	}
}

func TestRoundTrip(t *testing.T) {
	got, err := Read(bytes.NewReader(packed(t)))
	if err != nil || len(got) != len(blobs) {
		t.Fatalf("%d blobs, %v", len(got), err)
	}
	for at, b := range blobs {
		if got[at].Name != b.Name || !bytes.Equal(got[at].Data, b.Data) {
			t.Errorf("blob %d", at)
		}
	}
}

func TestDamage(t *testing.T) {
	whole := packed(t)
	for _, at := range []int{0, 7, 12, 16, 22, 40, len(whole) - 2} {
		spoilt := append([]byte(nil), whole...)
		spoilt[at] ^= 0x10
		if _, err := Read(bytes.NewReader(spoilt)); !errors.Is(err, ErrDamaged) {
			t.Errorf("byte %d: %v", at, err)
		}
	}
	for _, n := range []int{0, 5, 9, 25, len(whole) - 1} {
		if _, err := Read(bytes.NewReader(whole[:n])); !errors.Is(err, ErrDamaged) {
			t.Errorf("cut after %d: %v", n, err)
		}
	}
}
