// Package store packs named blobs into one file, each with a sum, the whole with a chain of sums.
package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

const magic = "PACK1\n"

// ErrDamaged says that bytes are not those that were written.
var ErrDamaged = errors.New("damaged")

// Blob is a name and bytes.
type Blob struct {
	Name string
	Data []byte
}

// Write packs blobs in their order.
func Write(w io.Writer, blobs []Blob) error {
	if _, err := io.WriteString(w, magic); err != nil {
		return err
	}
	chain := uint32(0)
	for _, b := range blobs {
		if len(b.Name) == 0 || len(b.Name) > 255 {
			return fmt.Errorf("a name of %d bytes", len(b.Name))
		}
		head := []byte{byte(len(b.Name))}
		head = append(head, b.Name...)
		head = binary.BigEndian.AppendUint32(head, uint32(len(b.Data)))
		head = binary.BigEndian.AppendUint32(head, fletcher(b.Data))
		chain = rolling(chain, head)
		head = binary.BigEndian.AppendUint32(head, chain)
		if _, err := w.Write(head); err != nil {
			return err
		}
		if _, err := w.Write(b.Data); err != nil {
			return err
		}
	}
	_, err := w.Write([]byte{0})
	return err
}

// Read unpacks what Write wrote.
func Read(r io.Reader) ([]Blob, error) {
	start := make([]byte, len(magic))
	if _, err := io.ReadFull(r, start); err != nil || string(start) != magic {
		return nil, fmt.Errorf("no pack: %w", ErrDamaged)
	}
	var blobs []Blob
	chain := uint32(0)
	for {
		var length [1]byte
		if _, err := io.ReadFull(r, length[:]); err != nil {
			return nil, fmt.Errorf("cut off after %d blobs: %w", len(blobs), ErrDamaged)
		}
		if length[0] == 0 {
			return blobs, nil
		}
		rest := make([]byte, int(length[0])+12)
		if _, err := io.ReadFull(r, rest); err != nil {
			return nil, fmt.Errorf("cut off in a head: %w", ErrDamaged)
		}
		name, numbers := rest[:length[0]], rest[length[0]:]
		chain = rolling(rolling(chain, length[:]), rest[:len(rest)-4])
		if binary.BigEndian.Uint32(numbers[8:]) != chain {
			return nil, fmt.Errorf("head of %q: %w", name, ErrDamaged)
		}
		data := make([]byte, binary.BigEndian.Uint32(numbers))
		if _, err := io.ReadFull(r, data); err != nil {
			return nil, fmt.Errorf("%s is cut off: %w", name, ErrDamaged)
		}
		if fletcher(data) != binary.BigEndian.Uint32(numbers[4:]) {
			return nil, fmt.Errorf("%s: %w", name, ErrDamaged)
		}
		blobs = append(blobs, Blob{string(name), data})
	}
}
