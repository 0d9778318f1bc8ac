package store

/*
#include <stddef.h>
#include <stdint.h>

static uint32_t fletcher(const unsigned char *data, size_t length)
{
	uint32_t a = 0, b = 0;
	for (size_t i = 0; i < length; i++) {
		a = (a + data[i]) % 65535;
		b = (b + a) % 65535;
	}
	return b << 16 | a;
}

static uint32_t rolling(uint32_t sum, const unsigned char *data, size_t length)
{
	for (size_t i = 0; i < length; i++)
		sum = (sum << 7 | sum >> 25) ^ data[i] * UINT32_C(2654435761);
	return sum;
}
*/
import "C"

import "unsafe"

func raw(data []byte) (*C.uchar, C.size_t) {
	if len(data) == 0 {
		return nil, 0
	}
	return (*C.uchar)(unsafe.Pointer(&data[0])), C.size_t(len(data))
}

// fletcher is Fletcher's sum of bytes, with 16 bits for each of its two parts.
func fletcher(data []byte) uint32 {
	first, length := raw(data)
	return uint32(C.fletcher(first, length))
}

// rolling goes on from an earlier sum with more bytes.
func rolling(sum uint32, data []byte) uint32 {
	first, length := raw(data)
	return uint32(C.rolling(C.uint32_t(sum), first, length))
}
