/* What goes in comes out: in memory, through files, in pieces; and what is damaged is refused. */
#include <stdlib.h>
#include <string.h>

#include "tap.h"
#include "zlib.h"

#define LENGTH 200000

static unsigned char *text;

static void fill(void)
{
    unsigned state = 7;
    size_t i;
    text = malloc(LENGTH);
    for (i = 0; i < LENGTH; i++) {
        state = state * 1103515245u + 12345u;
        text[i] = (unsigned char)("abcdefgh \n"[(state >> 16) % ((i / 1000) % 10 + 1)]);
    }
}

static void checksums(void)
{
    ok(adler32(1, (const Bytef *)"Wikipedia", 9) == 0x11E60398, "adler32");
    ok(crc32(0, (const Bytef *)"123456789", 9) == 0xCBF43926, "crc32");
    uLong whole = crc32(0, text, LENGTH);
    uLong joined = crc32_combine(crc32(0, text, 12345), crc32(0, text + 12345, LENGTH - 12345), LENGTH - 12345);
    ok(whole == joined, "crc32 of two parts");
}

static void memory(void)
{
    int level;
    for (level = 0; level <= 9; level += 3) {
        char name[64];
        uLongf packed = compressBound(LENGTH), unpacked = LENGTH;
        unsigned char *a = malloc(packed), *b = malloc(LENGTH);
        int good = compress2(a, &packed, text, LENGTH, level) == Z_OK && uncompress(b, &unpacked, a, packed) == Z_OK &&
                   unpacked == LENGTH && memcmp(b, text, LENGTH) == 0 && (level == 0 || packed < LENGTH / 2);
        snprintf(name, sizeof name, "level %d", level);
        ok(good, name);
        a[packed / 2] ^= 0x55;
        unpacked = LENGTH;
        snprintf(name, sizeof name, "damage at level %d is noticed", level);
        ok(uncompress(b, &unpacked, a, packed) != Z_OK, name);
        free(a);
        free(b);
    }
}

static void pieces(void)
{
    z_stream out, in;
    unsigned char packed[64], unpacked[97];
    size_t made = 0;
    int status = Z_OK, same = 1;

    memset(&out, 0, sizeof out);
    memset(&in, 0, sizeof in);
    deflateInit2(&out, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    inflateInit2(&in, 15 + 32);
    out.next_in = text;
    out.avail_in = LENGTH;
    while (status != Z_STREAM_END && same) {
        out.next_out = packed;
        out.avail_out = sizeof packed;
        deflate(&out, Z_FINISH);
        in.next_in = packed;
        in.avail_in = sizeof packed - out.avail_out;
        do {
            in.next_out = unpacked;
            in.avail_out = sizeof unpacked;
            status = inflate(&in, Z_NO_FLUSH);
            size_t n = sizeof unpacked - in.avail_out;
            same = same && made + n <= LENGTH && memcmp(text + made, unpacked, n) == 0 && status != Z_DATA_ERROR;
            made += n;
        } while (in.avail_out == 0 && same);
    }
    ok(same && made == LENGTH, "a gzip stream in small pieces");
    deflateEnd(&out);
    inflateEnd(&in);
}

static void files(const char *path)
{
    unsigned char *b = malloc(LENGTH);
    gzFile file = gzopen(path, "wb9");
    int n = file ? gzwrite(file, text, LENGTH) : 0;
    int closed = file ? gzclose(file) : Z_ERRNO;
    file = gzopen(path, "rb");
    ok(n == LENGTH && closed == Z_OK && file && gzread(file, b, LENGTH) == LENGTH && memcmp(b, text, LENGTH) == 0,
       "a file is written and read back");
    ok(file && gzseek(file, 123456, SEEK_SET) == 123456 && gzread(file, b, 100) == 100 && memcmp(b, text + 123456, 100) == 0 &&
           gztell(file) == 123556,
       "a file is read from a place in its middle");
    if (file)
        gzclose(file);
    file = gzopen(path, "ab");
    if (file) {
        gzprintf(file, "%s %d\n", "one more line", 5);
        gzclose(file);
    }
    file = gzopen(path, "rb");
    char line[64] = "";
    ok(file && gzseek(file, LENGTH, SEEK_SET) == LENGTH && gzgets(file, line, sizeof line) && strcmp(line, "one more line 5\n") == 0,
       "a line is added at the end of a file");
    if (file)
        gzclose(file);
    ok(gzopen("no/such/file", "rb") == NULL, "a file that is not there");
    free(b);
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    fill();
    checksums();
    memory();
    pieces();
    files(argv[1]);
    return done_testing();
}
